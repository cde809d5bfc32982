using System.Globalization;
using System.Text.Json;
using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>A trained <see cref="ImageClassifier"/> in a safetensors file: its state, and how it was trained in the metadata.</summary>
/// <param name="Classifier">The network.</param>
/// <param name="Configuration">How it was trained.</param>
/// <param name="TestAccuracy">The share of test images that it gets right, 0 to 1.</param>
public sealed record ClassifierCheckpoint(ImageClassifier Classifier, ClassifierConfiguration Configuration, double TestAccuracy)
{
    private const string Format = "minigan-classifier/1";

    // What a file may say before anything is allocated for it.
    private const int MostSide = 1024, MostLabels = 65_536;

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <exception cref="NotFiniteNumberException">
    /// A weight or running statistic is not finite; the file that was there is untouched.
    /// </exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path)
    {
        if (StoredState.FirstNotFinite(Classifier.State) is string name)
        {
            throw new NotFiniteNumberException(
                $"The classifier's '{name}' is not finite: its training diverged. Train it again with a smaller learning rate.");
        }

        SafetensorsWriter.Write(path, new SafetensorsFile([.. Classifier.State], new Dictionary<string, string>
        {
            ["format"] = Format,
            ["configuration"] = Configuration.ToJson(),
            ["image"] = JsonSerializer.Serialize(Classifier.ImageShape),
            ["labels"] = JsonSerializer.Serialize(Classifier.Labels),
            ["test_accuracy"] = TestAccuracy.ToString("R", CultureInfo.InvariantCulture),
        }));
    }

    /// <summary>Reads a file and rebuilds the network.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">
    /// It is damaged, no classifier, its tensors are not those of this network, or a number is not finite.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ClassifierCheckpoint Load(string path)
    {
        using var file = new SafetensorsSource(path);
        if (!file.Metadata.TryGetValue("format", out string? format) || format != Format ||
            !file.Metadata.TryGetValue("configuration", out string? json) ||
            !file.Metadata.TryGetValue("test_accuracy", out string? text) ||
            !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double accuracy) || !(accuracy is >= 0 and <= 1))
        {
            throw new MalformedFileException(
                path, $"its metadata is not that of a classifier ({Format}). Give a file of minigan train-classifier.");
        }

        ImageClassifier classifier;
        ClassifierConfiguration configuration;
        try
        {
            configuration = ClassifierConfiguration.FromJson(json);
            classifier = new ImageClassifier(Image(file.Metadata), Labels(file.Metadata), configuration.Seed);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or ArgumentException)
        {
            throw new MalformedFileException(path, exception.Message, exception);
        }

        StoredState.Load(path, file, classifier.State, _ => true);
        return new ClassifierCheckpoint(classifier, configuration, accuracy);
    }
    /// <summary>The shape of the images; files of earlier versions are of digits.</summary>
    private static ImageShape Image(IReadOnlyDictionary<string, string> metadata)
    {
        ImageShape image = metadata.TryGetValue("image", out string? text)
            ? JsonSerializer.Deserialize<ImageShape>(text)
            : new ImageShape(1, 28, 28);
        return image is { Channels: >= 1 and <= 4, Height: >= 1 and <= MostSide, Width: >= 1 and <= MostSide }
            ? image
            : throw new FormatException(
                $"Its images are {image}, but must have 1 to 4 channels, and sides of 1 to {MostSide} pixels.");
    }

    private static LabelSet Labels(IReadOnlyDictionary<string, string> metadata)
    {
        LabelSet labels = metadata.TryGetValue("labels", out string? text)
            ? JsonSerializer.Deserialize<LabelSet>(text) ?? LabelSet.Plain(0)
            : LabelSet.Plain(10);
        return labels.Count <= MostLabels
            ? labels
            : throw new FormatException($"It knows {labels.Count} labels, but at most {MostLabels} are taken.");
    }
}
