using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MiniGan.Checkpoints;
using MiniGan.Cli.Common;
using MiniGan.Cli.Explain;
using MiniGan.Comparison;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.ImageSharp;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Logs;
using MiniGan.Runs.Reports;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Fuzzing;

/// <summary>
/// Damaged inputs through every reader: each is read, or refused with the exception that the reader documents and a line that is fit to be
/// shown, and none makes it allocate much. The inputs are the same each time; MINIGAN_FUZZ=300000 makes so many, over all readers.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    private const int UsualInputs = 8_000, MostBytes = 200_000_000;

    private readonly TemporaryFolder folder = new();

    private static readonly Dictionary<string, Reader> Readers = new()
    {
        ["images"] = Of(_ => [Seeds.Images, Seeds.ColourImages], Bytes, path => IdxFile.ReadImages(path)),
        ["images.npy"] = Of(_ => Seeds.Arrays, Bytes, path => ReadPixels(NpyReader.ReadImages(path))),
        ["pictures.zip"] = Of(_ => [Seeds.Zip()], Bytes, path => PictureFolder.Load(path, 8)),
        ["labels"] = Of(_ => [Seeds.Labels], Bytes, path => new LabelSet([.. IdxFile.ReadLabels(path)]).ToString()),
        ["images.gz"] = Of(
            _ => [Seeds.Gzip(Seeds.Images), [.. Seeds.Gzip(Seeds.Images[..9]), .. Seeds.Gzip(Seeds.Images[9..]), .. new byte[40]]],
            (input, others, random) =>
                random.NextInt(3) == 0 ? Seeds.Gzip(Mutation.Of(Seeds.Images, [Seeds.Labels], random)) : Mutation.Of(input, others, random),
            path => IdxFile.ReadImages(path)),
        ["tensors"] = Of(path => WithAndWithoutChecksum(Seeds.Tensors(path)), SafetensorsBytes, path => SafetensorsReader.Read(path)),
        ["checkpoint"] = Of(
            path => [.. WithAndWithoutChecksum(Seeds.Checkpoint(path, Preset.Conditional)),
                .. WithAndWithoutChecksum(Seeds.Checkpoint(path, Preset.Sngan))],
            SafetensorsBytes, ReadCheckpoint),
        ["classifier"] = Of(
            path => WithAndWithoutChecksum(Seeds.Classifier(path)), SafetensorsBytes,
            path => ClassifierCheckpoint.Load(path).Classifier.Classify(new Tensor(new Shape(1, 1, 28, 28)))),
        ["cases"] = Of(_ => [Encoding.UTF8.GetBytes(Seeds.Cases)], JsonBytes, path => CaseFile.Read(path).Compare().ToList()),
        ["config.json"] = Of(
            _ => [Encoding.UTF8.GetBytes(Seeds.RunConfiguration), Encoding.UTF8.GetBytes(Seeds.OwnRunConfiguration)],
            JsonBytes, ReadRunConfiguration),
        ["losses.csv"] = Of(_ => [Encoding.UTF8.GetBytes(Seeds.Losses)], Bytes, ReadLosses),
        ["values.json"] = Of(_ => [Encoding.UTF8.GetBytes(Seeds.Values)], JsonBytes, path => ValuesFile.Read(path)),
    };

    private delegate byte[] Mutator(byte[] input, IReadOnlyList<byte[]> others, RandomSource random);

    public static TheoryData<string> Names => [.. Readers.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_input_is_read_or_refused_in_a_line(string name)
    {
        Reader reader = Readers[name];
        string path = folder[name];
        IReadOnlyList<byte[]> seeds = reader.Seeds(path);
        Assert.All(seeds, seed => Assert.Null(Read(reader, path, seed).Refusal)); // each is good
        int inputs = int.Parse(Environment.GetEnvironmentVariable("MINIGAN_FUZZ") ?? $"{UsualInputs}", CultureInfo.InvariantCulture)
            / Readers.Count, refused = 0;
        for (int i = 0; i < inputs; i++)
        {
            var random = new RandomSource((ulong)i, name);
            byte[] input = reader.Mutate(seeds[i % seeds.Count], seeds, random);
            (string? refusal, long bytes) = Read(reader, path, input, $"input {i} of {name}");
            refused += refusal is null ? 0 : 1;
            Assert.True(bytes < MostBytes, $"input {i} of {name} made its reader allocate {bytes} bytes");
            Assert.True(
                refusal is null ||
                    (refusal.StartsWith(path, StringComparison.Ordinal) &&
                        refusal.Length <= Printable.LongestMessage &&
                        refusal == Printable.Message(refusal)),
                $"input {i} of {name} is refused with a line that is not fit to be shown: {refusal}");
        }

        // Damages that nothing ever notices, or that leave nothing whole, would test little.
        Assert.InRange(refused, name is "losses.csv" ? 0 : inputs / 20, inputs - 1);
    }

    /// <summary>Why an input was refused, null if it was not, and what the reading allocated.</summary>
    private static (string? Refusal, long Bytes) Read(Reader reader, string path, byte[] input, string? what = null)
    {
        File.WriteAllBytes(path, input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string? refusal = null;
        try
        {
            reader.Read(path);
        }
        catch (MalformedFileException exception)
        {
            refusal = exception.Message;
        }
        catch (Exception exception) when (exception is UserException or NotFiniteNumberException)
        {
            refusal = Printable.Message($"{path}: {exception.Message}"); // as CommandLine shows it
        }
        catch (Exception exception) when (what is not null)
        {
            throw new InvalidOperationException(
                $"{what} ({Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 3000)))}) ended in an exception that its " +
                "reader does not document",
                exception);
        }

        return (refusal, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Reader Of(Func<string, IReadOnlyList<byte[]>> seeds, Mutator mutate, Action<string> read) => new(seeds, mutate, read);

    private static byte[][] WithAndWithoutChecksum(byte[] file) => [file, Seeds.WithoutChecksum(file)];

    private static byte[] Bytes(byte[] input, IReadOnlyList<byte[]> others, RandomSource random) => Mutation.Of(input, others, random);

    private static byte[] JsonBytes(byte[] input, IReadOnlyList<byte[]> others, RandomSource random) =>
        random.NextInt(3) == 0
            ? Mutation.Of(input, others, random)
            : Encoding.UTF8.GetBytes(JsonMutation.Of(Encoding.UTF8.GetString(input), random));

    /// <summary>Damages any byte, the header as bytes or as JSON, what stands in the metadata, or the numbers.</summary>
    private static byte[] SafetensorsBytes(byte[] input, IReadOnlyList<byte[]> others, RandomSource random)
    {
        (string header, byte[] data) = Seeds.Split(input);
        return random.NextInt(5) switch
        {
            0 => Mutation.Of(input, others, random),
            1 => Seeds.Join(
                Encoding.UTF8.GetString(Mutation.Of(Encoding.UTF8.GetBytes(header), [Encoding.UTF8.GetBytes(header)], random)), data),
            2 => Seeds.Join(JsonMutation.Of(header, random), data),
            3 => Seeds.Join(WithOtherMetadata(header, random), data),
            _ => Seeds.Join(header, Mutation.Of(data, [data], random)),
        };
    }

    private static string WithOtherMetadata(string header, RandomSource random)
    {
        JsonNode json = JsonNode.Parse(header)!;
        JsonObject metadata = json["__metadata__"]!.AsObject();
        string name = metadata.ElementAt(random.NextInt(metadata.Count)).Key;
        metadata[name] = JsonMutation.Of((string)metadata[name]!, random);
        return json.ToJsonString();
    }

    private static void ReadPixels(ImagePixels images)
    {
        byte[] buffer = new byte[images.Shape.Count];
        for (int i = 0; i < images.Count && buffer.Length > 0; i++)
        {
            images.Read(i, buffer);
        }
    }

    private static void ReadCheckpoint(string path)
    {
        GanCheckpoint checkpoint = GanCheckpoint.Open(path);
        Gan gan = Recipe.LoadGan(checkpoint);
        gan.Generate(gan.Latents(2, new RandomSource(1, "z")));
        var recipe = Recipe.Of(checkpoint);
        if (checkpoint.HasTrainer && recipe.BatchSize <= 64)
        {
            recipe.TrainerFor(gan).Load(checkpoint); // as train --resume does
        }
    }

    /// <summary>As watch and report read it, who only tell what is wrong; then as train does.</summary>
    private static void ReadRunConfiguration(string path)
    {
        var reader = new RunReader(Path.GetDirectoryName(path)!);
        JsonObject run = reader.Read(mostSamples: 2, _ => "")!;
        run["networks"] = RunReport.NetworksOf(run["configuration"]!.AsObject());
        ReportPage.Render(run);
        reader.Summary();
        RunSpecification.Read(path);
    }

    private static void ReadLosses(string path)
    {
        var tail = new CsvTail(path);
        tail.Refresh();
        tail.Table?.ToJson().ToJsonString();
        using var log = new StepLog(path, Seeds.Losses.Split('\n')[0].Split(',')[1..], step: 5);
        log.Add(6, 1, 2, 3, 4, 5);
        log.Flush(toDisk: false);
    }

    /// <summary>A reader with its good inputs and what is done to them.</summary>
    private sealed record Reader(Func<string, IReadOnlyList<byte[]>> Seeds, Mutator Mutate, Action<string> Read);
}
