using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Runs.Reports;
using MiniGan.Tensors;

namespace MiniGan.Cli.Evaluate;

/// <summary>In what pictures are compared.</summary>
/// <param name="Space">The features.</param>
/// <param name="Reason">Why they are random, in a line; null for a classifier's.</param>
internal sealed record Yardstick(FeatureSpace Space, string? Reason)
{
    private const int ImagesToTry = 1000;

    /// <summary>Of a classifier whose word means something: 0 is guessing, 1 is always right.</summary>
    private const double LeastSkill = 0.25;

    private static readonly ImageShape DigitShape = new(1, 28, 28);

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "classifier", "mnist.safetensors");

    /// <summary>
    /// The features of a classifier that knows the real images: the given one, else the one that ships; where that does not know them,
    /// random ones, and the reason.
    /// </summary>
    /// <param name="classifier">The file of the classifier; null if none was given.</param>
    /// <param name="random">Whether random features are wanted.</param>
    /// <param name="real">The images to compare with.</param>
    /// <param name="data">Where they come from.</param>
    /// <exception cref="UserException">The given classifier does not know them.</exception>
    public static Yardstick For(string? classifier, bool random, ImageDataset real, DataFolder data)
    {
        if (random)
        {
            return new(RandomFeatures.Of(real), "as --random-features says");
        }

        if (classifier is null && !real.HasLabels)
        {
            return new(RandomFeatures.Of(real), "since these images have no labels that a classifier could know");
        }

        ClassifierCheckpoint checkpoint = LoadClassifier(classifier);
        if (ObstacleTo(checkpoint, real) is not string obstacle)
        {
            return new(checkpoint.Classifier, null);
        }

        ImageShape image = real.ImageShape;
        string size = image == DigitShape ? "" : $" --size {image.Height}x{image.Width} --channels {image.Channels}",
            training = $"minigan train-classifier --data {ShellWords.Quote(data.Path)}{size} --out FILE";
        return classifier is null
            ? new(
                RandomFeatures.Of(real),
                $"since the classifier of digits does not know these images. One that does sees more: {training}, then --classifier FILE")
            : throw new UserException($"--classifier: {obstacle} Train one for these: {training}, then give --classifier FILE.");
    }

    /// <summary>The classifier of a file, or the one that ships.</summary>
    /// <exception cref="UserException">There is no such file.</exception>
    public static ClassifierCheckpoint LoadClassifier(string? path) => path is null || File.Exists(path)
        ? ClassifierCheckpoint.Load(path ?? Shipped)
        : throw new UserException($"--classifier: there is no file '{path}'. Give a file of minigan train-classifier.");

    /// <summary>Why a classifier means nothing of some images: it takes others, or gets far fewer right than its own.</summary>
    private static string? ObstacleTo(ClassifierCheckpoint checkpoint, ImageDataset real)
    {
        ImageClassifier classifier = checkpoint.Classifier;
        if (classifier.ImageShape != real.ImageShape)
        {
            return $"it takes images of {Pictures.InWords(classifier.ImageShape)}, but these are {Pictures.InWords(real.ImageShape)}.";
        }

        if (!real.HasLabels)
        {
            return null;
        }

        if (classifier.ObstacleIn(real) is string obstacle)
        {
            return obstacle;
        }

        ImageDataset tried = EvaluationData.Some(real, ImagesToTry);
        double accuracy = classifier.AccuracyOn(tried), chance = 1.0 / classifier.Labels.Count;
        double Skill(double share) => (share - chance) / (1 - chance);
        return Skill(accuracy) >= Math.Max(LeastSkill, Skill(checkpoint.TestAccuracy) / 2)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"it gets only {100 * accuracy:F1} % of the real images right, but {100 * checkpoint.TestAccuracy:F1} % of its test " +
                $"images, so that what it says of others means nothing: it learned from other images.");
    }
}
