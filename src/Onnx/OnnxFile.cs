using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using MiniGan.Files;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;
using Onnx;

namespace MiniGan.Onnx;

/// <summary>
/// Writes networks as ONNX files, for onnxruntime and others: what they compute in inference mode, for batches of any size, with operations
/// of opset <see cref="OnnxGraph.Opset"/>.
/// </summary>
/// <remarks>
/// <para>
/// Inference mode is what <see cref="Gan.Generate(Tensor, bool)"/> computes: running statistics, no dropout, no augmentation, weights
/// divided by their spectral norm. Weights have their names in the network's state: <c>1.weight</c>.
/// </para>
/// <para>
/// Labels are the input <c>labels</c>: [N], int64, from 0 to the classes − 1. Where the labels of the data are others, the file has them
/// in its metadata: <c>labels</c>, an array in JSON whose place n is that of class n.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// OnnxFile.WriteGenerator("generator.onnx", gan);
/// </code>
/// </example>
public static class OnnxFile
{
    private const int IrVersion = 8;

    /// <summary>Writes G: <c>z</c> [N, latent] and, if it knows any, <c>labels</c> [N] → <c>images</c> [N, C, H, W] in [−1, 1].</summary>
    /// <param name="path">The file; replaced if it exists, and never half-written.</param>
    /// <param name="gan">The networks.</param>
    /// <param name="options">How; null for the moving average, if there is one, and no metadata of one's own.</param>
    /// <exception cref="ArgumentException">A module has no translation, or the network is larger than such a file may be.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void WriteGenerator(string path, Gan gan, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(gan);
        Write(path, gan, gan.Generator, ("generator", "z", "images"), new Shape(1, gan.LatentSize), options ?? new());
    }

    /// <summary>
    /// Writes D: <c>images</c> [N, C, H, W] in [−1, 1] and, if it knows any, <c>labels</c> [N] → <c>logits</c> [N, 1], or fewer of packs.
    /// </summary>
    /// <param name="path">The file; replaced if it exists, and never half-written.</param>
    /// <param name="gan">The networks.</param>
    /// <param name="options">How; D has no moving average.</param>
    /// <exception cref="ArgumentException">A module has no translation, or the network is larger than such a file may be.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void WriteDiscriminator(string path, Gan gan, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(gan);
        Write(
            path, gan, gan.Discriminator, ("discriminator", "images", "logits"), gan.ImageShape.Batch(1),
            (options ?? new()) with { Average = false });
    }

    private static void Write(
        string path, Gan gan, Module network, (string Name, string Input, string Output) names, Shape input, OnnxOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireSmall(network, names.Name);
        var graph = new OnnxGraph(names.Name, gan.Classes, options.Translations ?? OnnxTranslations.Default);
        GraphProto written = gan.Inferring(network, options.Average, () =>
        {
            OnnxValue y = graph.Translate("", network, graph.AddInput(names.Input, input));
            return graph.End(y, names.Output, network.Descendants().OfType<Pack>().Any() ? "packs" : OnnxGraph.Batch);
        });
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "MiniGan",
            ProducerVersion = typeof(OnnxFile).Assembly.GetName().Version!.ToString(3),
            Graph = written,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OnnxGraph.Opset });
        foreach ((string key, string value) in Metadata(gan, options))
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        AtomicFile.Write(path, model.WriteTo);
    }

    private static Dictionary<string, string> Metadata(Gan gan, OnnxOptions options)
    {
        var metadata = new Dictionary<string, string>(options.Metadata)
        {
            ["range"] = "[-1, 1]",
            ["weights"] = options.Average && gan.Average is not null ? "average" : "raw",
        };
        if (gan.Classes > 0)
        {
            metadata["labels"] = JsonSerializer.Serialize(gan.Labels);
        }

        return metadata;
    }

    /// <summary>Protocol buffers end at 2 GiB.</summary>
    private static void RequireSmall(Module network, string name)
    {
        const long Most = int.MaxValue - (64L << 20);
        long bytes = network.State.Sum(tensor => (long)tensor.Value.Shape.Count) * sizeof(float);
        if (bytes > Most)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The {name} has {bytes >> 20:N0} MiB of weights, more than the {Most >> 20:N0} MiB that an ONNX file may hold. ") +
                "Save it as safetensors instead.");
        }
    }
}
