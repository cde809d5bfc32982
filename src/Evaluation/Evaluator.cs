using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// Measures pictures against real ones, in the features that a network sees in them. Made once, since that measures the real ones; then
/// asked as often as wanted, for example during training.
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

    private readonly FeatureSpace space;
    private readonly FeatureStatistics statistics;
    private readonly FeatureManifold manifold;

    /// <summary>Measures the real pictures.</summary>
    /// <param name="space">In whose features to compare. An <see cref="ImageClassifier"/> also tells of classes.</param>
    /// <param name="reference">
    /// Real pictures, best such that no generator has learned from: a test set. At least <see cref="FewestImages"/>; labels, if they have
    /// any, that a classifier knows.
    /// </param>
    /// <exception cref="ArgumentException">They have another shape, labels that the classifier does not know, or are too few.</exception>
    public Evaluator(FeatureSpace space, ImageDataset reference)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Count < FewestImages)
        {
            throw new ArgumentException(
                $"At least {FewestImages} real pictures are needed, but there are {reference.Count}.", nameof(reference));
        }

        if (reference.HasLabels && (space as ImageClassifier)?.ObstacleIn(reference) is string obstacle)
        {
            throw new ArgumentException(obstacle, nameof(reference));
        }

        this.space = space;
        Tensor features = Describe(reference.InOrder(), reference.Count, null);
        statistics = FeatureStatistics.Of(features);
        manifold = new FeatureManifold(FirstRows(features));
        if (space is ImageClassifier classifier && reference.HasLabels)
        {
            ReferenceAccuracy = new Classification(features, classifier.Probabilities(features))
                .Accuracy([.. reference.Labels.Select(classifier.Labels.ClassOf)]);
        }
    }

    /// <summary>
    /// The share of the real pictures that the classifier gets right, 0 to 1: whether its word means anything. Null without a classifier,
    /// and where the real pictures have no labels.
    /// </summary>
    public double? ReferenceAccuracy { get; }

    /// <summary>Measures pictures.</summary>
    /// <param name="sampleBatch">Makes the next so many pictures: n → [n, C, H, W] in [−1, 1]. Called until all are there.</param>
    /// <param name="count">How many, at least <see cref="FewestImages"/>.</param>
    /// <param name="progress">Called with the number of pictures that were seen so far.</param>
    /// <param name="labels">
    /// The label of each picture, in their order, so that a classifier tells whether they show it; null where they have none.
    /// </param>
    /// <exception cref="ArgumentException">There are too few, they have another shape, or there are not as many labels.</exception>
    public EvaluationReport Evaluate(
        Func<int, Tensor> sampleBatch, int count, Action<int>? progress = null, IReadOnlyList<int>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(sampleBatch);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, FewestImages);
        if (labels is not null && labels.Count != count)
        {
            throw new ArgumentException($"{count} pictures need as many labels, but there are {labels.Count}.", nameof(labels));
        }

        Tensor features = Describe(sampleBatch, count, progress);
        (double precision, double recall) = manifold.Compare(new FeatureManifold(FirstRows(features)));
        return new EvaluationReport(
            count,
            FrechetDistance.Between(FeatureStatistics.Of(features), statistics),
            precision,
            recall,
            space is ImageClassifier classifier
                ? ClassFigures.Of(
                    new Classification(features, classifier.Probabilities(features)),
                    labels is null ? null : [.. labels.Select(classifier.Labels.ClassOf)])
                : null);
    }

    private Tensor Describe(Func<int, Tensor> sampleBatch, int count, Action<int>? progress)
    {
        var features = new Tensor(new Shape(count, space.FeatureCount));
        for (int done = 0; done < count;)
        {
            int wanted = Math.Min(ImagesPerPass, count - done);
            Tensor images = sampleBatch(wanted);
            if (images.Shape != space.ImageShape.Batch(wanted))
            {
                throw new ArgumentException(
                    $"The pictures must be {space.ImageShape.Batch(wanted)}, but are {images.Shape}.", nameof(sampleBatch));
            }

            space.Describe(InEightBits(images)).Span.CopyTo(features.Span[(done * space.FeatureCount)..]);
            done += wanted;
            progress?.Invoke(done);
        }

        return features;
    }

    /// <summary>The images as they are after 8 bits per channel.</summary>
    internal static Tensor InEightBits(Tensor images) => new ImageDataset(new IdxImages(
        images.Shape.N, new ImageShape(images.Shape.C, images.Shape.H, images.Shape.W), ImageConversion.ToBytes(images)))
        .InOrder()(images.Shape.N);

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
