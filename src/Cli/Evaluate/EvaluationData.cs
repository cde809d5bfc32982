using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
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
    /// <summary>Whether the reference is a test set, which no generator has learned from.</summary>
    public bool HasTest => Note is null;

    /// <summary>The images that the figures are usually computed from, on each side.</summary>
    public const int UsualCount = 10_000;

    /// <summary>
    /// Loads a folder: its test images are the reference, some of its training images the baseline. Without test images half of the
    /// training images, a random split that is always the same, are the reference, and the others what it is compared with.
    /// </summary>
    public static EvaluationData Load(DataFolder data)
    {
        ImageDataset training = Check(ImageDataset.LoadTraining(data.Path), data.Path);
        if (ImageDataset.HasTest(data.Path))
        {
            ImageDataset test = Check(ImageDataset.LoadTest(data.Path), data.Path);
            return new(
                training, CheckCount(test, "test", data.Path), $"test images of {data.Name}",
                CheckCount(Some(training, UsualCount), "training", data.Path), $"training images of {data.Name}", null);
        }

        CheckCount(training, "training", data.Path, 2);

        // Split at random: MNIST's images of even and of odd number come from different writers, and stand far from each other.
        ImageDataset shuffled = Some(training, training.Count);
        int half = training.Count / 2;
        return new(
            training,
            shuffled.Choose([.. Enumerable.Range(0, half)]), $"images of {data.Name}, half of them",
            Some(shuffled.Choose([.. Enumerable.Range(half, training.Count - half)]), UsualCount),
            $"images of the other half of {data.Name}",
            $"{data.Name} has no test images: comparing with half of its training images, which the generator may have learned from. " +
            "These figures compare only with each other; for the usual ones get all of MNIST: dotnet run data-scripts/get-mnist.cs");
    }

    /// <summary>Refuses images or labels that the classifier does not take.</summary>
    public static ImageDataset Check(ImageDataset dataset, string path)
    {
        string? obstacle = dataset.ImageShape == new ImageShape(1, DigitClassifier.ImageSize, DigitClassifier.ImageSize)
            ? DigitClassifier.ObstacleIn(dataset)
            : $"The classifier takes grey images of {DigitClassifier.ImageSize}×{DigitClassifier.ImageSize}, but these are " +
                $"{Pictures.InWords(dataset.ImageShape)}.";
        return obstacle is null ? dataset : throw new UserException($"--data: '{path}' cannot be measured. {obstacle}");
    }

    /// <summary>Images drawn at random, always the same ones.</summary>
    public static ImageDataset Some(ImageDataset dataset, int count)
    {
        int[] order = [.. Enumerable.Range(0, dataset.Count)];
        new RandomSource(1, "yardstick").Shuffle(order);
        return dataset.Choose(order.AsSpan(0, Math.Min(count, order.Length)));
    }

    /// <summary>Hands out the images in their order: n → the next n, [n, C, H, W].</summary>
    public static Func<int, Tensor> InOrder(ImageDataset dataset)
    {
        int done = 0;
        return count =>
        {
            var images = new Tensor(dataset.ImageShape.Batch(count));
            dataset.CopyTo([.. Enumerable.Range(done, count)], images);
            done += count;
            return images;
        };
    }

    private static ImageDataset CheckCount(ImageDataset dataset, string kind, string path, int times = 1) =>
        dataset.Count >= times * Evaluator.FewestImages
            ? dataset
            : throw new UserException(
                $"--data: at least {times * Evaluator.FewestImages} {kind} images are needed, but '{path}' has {dataset.Count}.");
}
