using System.Globalization;
using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>A trained <see cref="DigitClassifier"/> in a safetensors file: its state, and how it was trained in the metadata.</summary>
/// <param name="Classifier">The network.</param>
/// <param name="Configuration">How it was trained.</param>
/// <param name="TestAccuracy">The share of test images that it gets right, 0 to 1.</param>
public sealed record ClassifierCheckpoint(DigitClassifier Classifier, ClassifierConfiguration Configuration, double TestAccuracy)
{
    private const string Format = "minigan-classifier/1";

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => SafetensorsWriter.Write(path, new SafetensorsFile([.. Classifier.State], new Dictionary<string, string>
    {
        ["format"] = Format,
        ["configuration"] = Configuration.ToJson(),
        ["test_accuracy"] = TestAccuracy.ToString("R", CultureInfo.InvariantCulture),
    }));

    /// <summary>Reads a file and rebuilds the network.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is damaged, no classifier, or its tensors are not those of this network.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ClassifierCheckpoint Load(string path)
    {
        SafetensorsFile file = SafetensorsReader.Read(path);
        if (!file.Metadata.TryGetValue("format", out string? format) || format != Format ||
            !file.Metadata.TryGetValue("configuration", out string? json) ||
            !file.Metadata.TryGetValue("test_accuracy", out string? text) ||
            !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double accuracy) || !(accuracy is >= 0 and <= 1))
        {
            throw new MalformedFileException(path, $"its metadata is not that of a classifier ({Format}). Give a file of minigan train-classifier.");
        }

        ClassifierConfiguration configuration;
        try
        {
            configuration = ClassifierConfiguration.FromJson(json);
        }
        catch (FormatException exception)
        {
            throw new MalformedFileException(path, exception.Message, exception);
        }

        var classifier = new DigitClassifier(configuration.Seed);
        Dictionary<string, Tensor> read = file.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        foreach ((string name, Tensor tensor) in classifier.State)
        {
            if (!read.Remove(name, out Tensor? value) || value.Shape != tensor.Shape)
            {
                throw new MalformedFileException(path, $"it is another network: '{name}' should be {tensor.Shape}, but is {value?.Shape.ToString() ?? "missing"}.");
            }

            value.Span.CopyTo(tensor.Span);
        }

        return read.Count == 0
            ? new ClassifierCheckpoint(classifier, configuration, accuracy)
            : throw new MalformedFileException(path, $"it is another network: the classifier has no '{read.Keys.First()}'.");
    }
}
