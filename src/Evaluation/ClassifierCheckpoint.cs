using System.Globalization;
using MiniGan.Checkpoints;
using MiniGan.Files;

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
        StoredState.Load(path, file, classifier.State, _ => true);
        return new ClassifierCheckpoint(classifier, configuration, accuracy);
    }
}
