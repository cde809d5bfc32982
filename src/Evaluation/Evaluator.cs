using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// Measures pictures against real ones, in what a classifier sees of them. Made once, since that measures the real ones; then asked as
/// often as wanted, for example during training.
/// </summary>
/// <remarks>
/// Pictures are rounded to 8 bits first, as real ones are, so that it is the same whether they come from a generator or from a file.
/// </remarks>
public sealed class Evaluator
{
    /// <summary>
    /// The fewest pictures, generated or real, that can be measured: one more than the neighbours of a <see cref="FeatureManifold"/>.
    /// </summary>
    public const int FewestImages = 4;

    /// <summary>The most pictures that precision and recall look at: the first so many of each side.</summary>
    public const int LargestManifold = 10_000;

    private const int ImagesPerPass = 500;

    private readonly DigitClassifier classifier;
    private readonly FeatureStatistics statistics;
    private readonly FeatureManifold manifold;

    /// <summary>Measures the real pictures.</summary>
    /// <param name="classifier">In whose features to compare.</param>
    /// <param name="reference">
    /// Real pictures that no generator has learned from: a test set. At least <see cref="FewestImages"/>, 28×28, with labels from 0 to 9.
    /// </param>
    /// <exception cref="ArgumentException">They have another size, no labels or others, or are too few.</exception>
    public Evaluator(DigitClassifier classifier, ImageDataset reference)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Count < FewestImages)
        {
            throw new ArgumentException(
                $"At least {FewestImages} real pictures are needed, but there are {reference.Count}.", nameof(reference));
        }

        if (DigitClassifier.ObstacleIn(reference) is string obstacle)
        {
            throw new ArgumentException(obstacle, nameof(reference));
        }

        this.classifier = classifier;
        int done = 0;
        Classification seen = Classify(
            count =>
            {
                var images = new Tensor(reference.ImageShape.Batch(count));
                reference.CopyTo([.. Enumerable.Range(done, count)], images);
                done += count;
                return images;
            },
            reference.Count,
            null);
        ReferenceAccuracy = seen.Accuracy(reference.Labels);
        statistics = FeatureStatistics.Of(seen.Features);
        manifold = new FeatureManifold(FirstRows(seen.Features));
    }

    /// <summary>The share of the real pictures that the classifier gets right, 0 to 1: whether its word means anything.</summary>
    public double ReferenceAccuracy { get; }

    /// <summary>Measures pictures.</summary>
    /// <param name="sampleBatch">Makes the next so many pictures: n → [n, 1, 28, 28] in [−1, 1]. Called until all are there.</param>
    /// <param name="count">How many, at least <see cref="FewestImages"/>.</param>
    /// <param name="progress">Called with the number of pictures that were seen so far.</param>
    /// <exception cref="ArgumentException">There are too few, or they have another shape.</exception>
    public EvaluationReport Evaluate(Func<int, Tensor> sampleBatch, int count, Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(sampleBatch);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, FewestImages);
        Classification seen = Classify(sampleBatch, count, progress);
        (double precision, double recall) = manifold.Compare(new FeatureManifold(FirstRows(seen.Features)));
        return new EvaluationReport(
            count,
            FrechetDistance.Between(FeatureStatistics.Of(seen.Features), statistics),
            ClassifierScore.Of(seen),
            ClassifierScore.ClassShares(seen),
            ClassifierScore.ConfidentShare(seen),
            precision,
            recall);
    }

    private Classification Classify(Func<int, Tensor> sampleBatch, int count, Action<int>? progress)
    {
        var features = new Tensor(new Shape(count, DigitClassifier.FeatureCount));
        var probabilities = new Tensor(new Shape(count, DigitClassifier.Classes));
        for (int done = 0; done < count;)
        {
            int wanted = Math.Min(ImagesPerPass, count - done);
            Tensor images = sampleBatch(wanted);
            var expected = new Shape(wanted, 1, DigitClassifier.ImageSize, DigitClassifier.ImageSize);
            if (images.Shape != expected)
            {
                throw new ArgumentException($"The pictures must be {expected}, but are {images.Shape}.", nameof(sampleBatch));
            }

            Classification seen = classifier.Classify(InEightBits(images));
            seen.Features.Span.CopyTo(features.Span[(done * DigitClassifier.FeatureCount)..]);
            seen.Probabilities.Span.CopyTo(probabilities.Span[(done * DigitClassifier.Classes)..]);
            done += wanted;
            progress?.Invoke(done);
        }

        return new Classification(features, probabilities);
    }

    private static Tensor InEightBits(Tensor images)
    {
        int count = images.Shape.N;
        var shape = new ImageShape(images.Shape.C, images.Shape.H, images.Shape.W);
        var bytes = new ImageDataset(new IdxImages(count, shape, ImageConversion.ToBytes(images)));
        var rounded = new Tensor(images.Shape);
        bytes.CopyTo([.. Enumerable.Range(0, count)], rounded);
        return rounded;
    }

    private static Tensor FirstRows(Tensor features)
    {
        if (features.Shape.N <= LargestManifold)
        {
            return features;
        }

        var first = new Tensor(new Shape(LargestManifold, features.Shape.C));
        features.Span[..first.Shape.Count].CopyTo(first.Span);
        return first;
    }
}
