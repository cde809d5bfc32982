using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Runs.Folders;
using MiniGan.Tensors;

namespace MiniGan.Cli.Evaluate;

/// <summary>The real images of an evaluation.</summary>
/// <param name="Training">All that a generator may have learned from.</param>
/// <param name="Reference">What samples are compared with.</param>
/// <param name="ReferenceName">What to call them.</param>
/// <param name="Baseline">What is measured as if it were samples: training images, none of them in the reference.</param>
/// <param name="BaselineName">What to call them.</param>
/// <param name="Note">A line for the user, or null.</param>
internal sealed record EvaluationData(
    ImageDataset Training, ImageDataset Reference, string ReferenceName, ImageDataset Baseline, string BaselineName, string? Note)
{
    /// <summary>The images that the figures are usually computed from, on each side.</summary>
    public const int UsualCount = 10_000;

    /// <summary>Whether the reference is a test set, which no generator has learned from.</summary>
    public bool HasTest => Note is null;

    /// <summary>
    /// Loads the images: the test images are the reference, some of the training images the baseline. Without test images half of the
    /// training images, a random split that is always the same, are the reference, and the others what it is compared with.
    /// </summary>
    /// <exception cref="UserException">There are too few, or they cannot be made so.</exception>
    public static EvaluationData Load(DataFolder data, ImageSettings settings, bool silent, CancellationToken cancelled) =>
        Split(data, Pictures.Load(data, settings, cancelled, silent), Pictures.LoadTest(data, settings, cancelled));

    /// <summary>As <see cref="Load"/>, of images that are there already.</summary>
    /// <exception cref="UserException">There are too few.</exception>
    public static EvaluationData Split(DataFolder data, ImageDataset training, ImageDataset? test)
    {
        if (test is not null)
        {
            return new(
                training, CheckCount(test, "test", data), $"test images of {data.Name}",
                CheckCount(Some(training, UsualCount), "training", data), $"training images of {data.Name}", null);
        }

        CheckCount(training, "training", data, 2);

        // Split at random: MNIST's images of even and of odd number come from different writers, and stand far from each other.
        ImageDataset shuffled = Some(training, training.Count);
        int half = training.Count / 2;
        return new(
            training,
            shuffled.Choose([.. Enumerable.Range(0, Math.Min(half, UsualCount))]),
            half <= UsualCount ? $"images of {data.Name}, half of them" : $"images of one half of {data.Name}",
            Some(shuffled.Choose([.. Enumerable.Range(half, training.Count - half)]), UsualCount),
            $"images of the other half of {data.Name}",
            $"{Printable.Name(data.Name)} has no test images: comparing with half of its training images, which the generator may have " +
            "learned from. These figures compare only with each other" +
            (data.IsSubset ? "; for the usual ones get all of MNIST: dotnet run data-scripts/get-mnist.cs" : "."));
    }

    /// <summary>Images drawn at random, always the same ones.</summary>
    public static ImageDataset Some(ImageDataset dataset, int count)
    {
        int[] order = [.. Enumerable.Range(0, dataset.Count)];
        new RandomSource(1, "yardstick").Shuffle(order);
        return dataset.Choose(order.AsSpan(0, Math.Min(count, order.Length)));
    }

    private static ImageDataset CheckCount(ImageDataset dataset, string kind, DataFolder data, int times = 1) =>
        dataset.Count >= times * Evaluator.FewestImages
            ? dataset
            : throw new UserException(
                $"--data: at least {times * Evaluator.FewestImages} {kind} images are needed, but '{data.Path}' has {dataset.Count}.");
}
