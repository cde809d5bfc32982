using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Recipes;
using MiniGan.Runs.Reports;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Fuzzing;

/// <summary>Good inputs of all kinds, small, and what they are put together from.</summary>
internal static class Seeds
{
    public const string Cases = """
        {"format":"minigan-conformance/1","source":"by hand","cases":[
        {"name":"one","op":"conv2d","stride":[1,2],"padding":"same","dilation":[1,1],"groups":1,"output_padding":[0,0],
        "x":{"shape":[1,1,1,2],"data":[3,5]},"weight":{"shape":[1,1,1,1],"data":[2]},"bias":{"shape":[1],"data":[0.5]},
        "y":{"shape":[1,1,1,1],"data":[6.5]},
        "dy":{"shape":[1,1,1,1],"data":[1]},"dx":{"shape":[1,1,1,2],"data":[2,0]},"dweight":{"shape":[1,1,1,1],"data":[3]},
        "dbias":{"shape":[1],"data":[1]},"exact":true},
        {"name":"two","op":"conv_transpose2d","stride":[2,2],"padding":[1,0,1,0],"dilation":[1,2],"groups":2,"output_padding":[1,0],
        "x":{"shape":[1,2,1,1],"data":[1,2]},"weight":{"shape":[2,1,3,1],"data":[1,2,3,4,5,6]},"bias":null,
        "y":{"shape":[1,2,2,1],"data":[2,3,10,12]},"exact":false}],
        "rejected":[{"name":"three","op":"conv_transpose2d","stride":[1,0],"padding":[0,0,0,0],"dilation":[1,1],"groups":1,
        "output_padding":[0,0],        "x_shape":[1,1,2,2],"weight_shape":[1,1,1,1],"bias_shape":[1],"torch_says":"no"}]}
        """;

    public const string Values = """{"input": [[1, 2], [3, 4]], "kernel": [[[[1, 0], [0, -1.5e1]]]], "outputGradient": [[1]]}""";

    public const string Losses =
        "step,discriminator_loss,generator_loss,real_score,fake_score,penalty\n" +
        "1,0.5,1.5,0.75,0.25,0\n2,1E-05,-1.5,NaN,,3\n10,0.25,0.5,1,0,0\n";

    public static string RunConfiguration { get; } = $$"""
        {"version": "0.1.0", "data": "mnist", "dataFolder": "/data/mnist", "images": 100, "checksum": "00ff", "steps": 300,
         "size": "48x64", "channels": 3, "layout": "channels-last", "flip": true, "balance": true, "labelNames": ["cat", "dog"],
         "layers": "CustomLayers", "checkpointEvery": 10, "evaluateEvery": 0, "classifier": null, "tensorBoard": false,
         "command": ["train", "--steps", "300"], "gan": {{Recipe.For(Preset.Conditional, width: 1, batchSize: 2).ToJson()}}}
        """;

    public static string OwnRunConfiguration { get; } = $$"""
        {"version": "0.1.0", "program": "OwnNetworks", "data": "own data", "dataFolder": null, "images": null, "checksum": null,
         "steps": 300, "layers": "CustomLayers", "checkpointEvery": 10, "evaluateEvery": 0, "classifier": null, "tensorBoard": true,
         "command": [], "gan": {"loss": "HingeLoss", "seed": "1"},
         "networks": {{GanSummary.Of(Recipe.For(Preset.R1, width: 1).CreateGan()).ToJson().ToJsonString()}}}
        """;

    public static byte[] Images { get; } =
        [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Range(1, 12).Select(i => (byte)i)];

    public static byte[] ColourImages { get; } =
        [0, 0, 8, 4, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Range(1, 24).Select(i => (byte)i)];

    public static byte[][] Arrays { get; } =
    [
        Array("(3, 2, 2)", Pixels(12), 1), Array("(2, 2, 2, 3)", Pixels(24), 1), Array("(2, 3, 2, 2)", Pixels(24), 2),
        Array("(2, 2, 3)", [.. Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes((i / 6f) - 1))], 1, "<f4"),
    ];

    public static byte[] Labels { get; } = [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9];

    public static byte[] Zip()
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (int i = 0; i < 3; i++)
            {
                using Stream picture = zip.CreateEntry($"{i % 2}/{i}.png").Open();
                PngWriter.Write(picture, new Bitmap(9, 8, 3, [.. Enumerable.Range(i, 216).Select(value => (byte)value)]));
            }
        }

        return buffer.ToArray();
    }

    private static byte[] Pixels(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    private static byte[] Array(string shape, byte[] elements, byte version, string type = "|u1")
    {
        byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        byte[] length = BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. version == 1 ? length[..2] : length, .. header, .. elements];
    }

    public static byte[] Gzip(byte[] contents)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(contents);
        }

        return buffer.ToArray();
    }

    /// <summary>A checkpoint of the smallest networks after a step.</summary>
    public static byte[] Checkpoint(string path, Preset preset)
    {
        Recipe recipe = Recipe.For(preset, width: 1, batchSize: 2) with { LatentSize = 2, DiscriminatorHidden = 0, Beta1 = 0 };
        GanTrainer trainer = recipe.Build();
        trainer.Step(new Batch(new Tensor(new Shape(2, 1, 28, 28)), recipe.Classes > 0 ? new int[] { 1, 2 } : default));
        trainer.Save(path, recipe.Metadata);
        return File.ReadAllBytes(path);
    }

    public static byte[] Classifier(string path)
    {
        var classifier = new ImageClassifier(new(1, 28, 28), LabelSet.Plain(10), seed: 1);
        new ClassifierCheckpoint(classifier, ClassifierConfiguration.Default, 0.5).Save(path);
        return File.ReadAllBytes(path);
    }

    public static byte[] Tensors(string path)
    {
        SafetensorsWriter.Write(
            path,
            new SafetensorsFile(
                [new NamedTensor("a", new Tensor(new Shape(2, 3))), new NamedTensor("b", new Tensor(new Shape(1)))],
                new Dictionary<string, string> { ["key"] = "value" }));
        return File.ReadAllBytes(path);
    }

    /// <summary>
    /// The same file without its checksum, as PyTorch writes it: what is damaged then is seen by all checks behind it, too.
    /// </summary>
    public static byte[] WithoutChecksum(byte[] file)
    {
        (string header, byte[] data) = Split(file);
        int at = header.IndexOf("\"minigan.checksum\"", StringComparison.Ordinal),
            end = header.IndexOf('"', header.IndexOf("minigan-xxh128", StringComparison.Ordinal)) + 1;
        return Join(header[..at] + header[(header[end] == ',' ? end + 1 : end)..], data);
    }

    /// <summary>The header and the data of a safetensors file.</summary>
    public static (string Header, byte[] Data) Split(byte[] file)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        return (Encoding.UTF8.GetString(file, 8, length), file[(8 + length)..]);
    }

    /// <summary>A safetensors file of a header and data.</summary>
    public static byte[] Join(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }
}
