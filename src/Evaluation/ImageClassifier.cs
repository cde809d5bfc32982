using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// A small convolutional network that tells the classes of images apart, and whose last hidden layer of 128 values is where pictures are
/// compared: close there means alike to a reader of these images.
/// </summary>
/// <remarks>x: [N, C, H, W] in [−1, 1] → features [N, 128], each at least 0 → logits [N, classes].</remarks>
public sealed class ImageClassifier : FeatureSpace
{
    /// <summary>Makes a classifier that has learned nothing yet.</summary>
    /// <param name="image">The shape of an image: [C, H, W].</param>
    /// <param name="labels">The labels that it tells apart, at least two.</param>
    /// <param name="seed">Of its first weights.</param>
    /// <exception cref="ArgumentException">There are fewer than two labels.</exception>
    public ImageClassifier(ImageShape image, LabelSet labels, ulong seed)
        : base(FeatureLayers.Chain(image), image)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count < 2)
        {
            throw new ArgumentException(
                $"A classifier tells at least two labels apart, but there {(labels.Count == 1 ? $"is only {labels}" : "is none")}.",
                nameof(labels));
        }

        Labels = labels;
        Head = new Sequential(new Linear(FeatureCount, labels.Count));
        Network = new Sequential(Features, Head);
        Initializers.HeNormal(Network, new RandomSource(seed, "classifier weights"));
    }

    /// <summary>The labels of the classes.</summary>
    public LabelSet Labels { get; }

    /// <summary>From features to logits.</summary>
    public Sequential Head { get; }

    /// <summary>From images to logits: <see cref="FeatureSpace.Features"/>, then <see cref="Head"/>.</summary>
    public Sequential Network { get; }

    /// <summary>What a file of the classifier holds: <c>features.0.weight</c> to <c>head.0.bias</c>.</summary>
    internal IEnumerable<NamedTensor> State =>
        Features.State.Select(item => item with { Name = $"features.{item.Name}" })
            .Concat(Head.State.Select(item => item with { Name = $"head.{item.Name}" }));

    /// <summary>What is wrong with the labels of images for this classifier, in a sentence; null if nothing is.</summary>
    /// <param name="dataset">The images.</param>
    public string? ObstacleIn(ImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return !dataset.HasLabels ? "The classifier needs labels, but the images have none."
            : dataset.Labels.Any(label => Labels.ClassOf(label) < 0)
                ? $"The classifier knows the labels {Labels}, but the images have the labels {new LabelSet(dataset.Labels)}."
            : null;
    }

    /// <summary>Features and probabilities of images, in inference mode, so that an image's do not depend on the others.</summary>
    /// <param name="images">x: [N, C, H, W] in [−1, 1].</param>
    /// <returns>Fresh tensors: features [N, 128] and softmax of the logits [N, classes].</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    /// <exception cref="NotFiniteNumberException">The weights or the images are such that the results are not finite.</exception>
    public Classification Classify(Tensor images)
    {
        Tensor features = Describe(images);
        return new Classification(features, Probabilities(features));
    }

    /// <summary>The share of images, 0 to 1, whose most probable class is their label's.</summary>
    /// <param name="dataset">At least one image, with labels.</param>
    /// <exception cref="ArgumentException">There are no images, or no labels, or the images have another shape.</exception>
    public double AccuracyOn(ImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Func<int, Tensor> next = dataset.InOrder();
        int right = 0;
        for (int done = 0, count; done < dataset.Count && dataset.HasLabels; done += count)
        {
            count = Math.Min(ImagesPerPass, dataset.Count - done);
            Classification seen = Classify(next(count));
            for (int n = 0; n < count; n++)
            {
                right += seen.ClassOf(n) == Labels.ClassOf(dataset.Labels[done + n]) ? 1 : 0;
            }
        }

        return dataset.HasLabels && dataset.Count > 0
            ? (double)right / dataset.Count
            : throw new ArgumentException("An accuracy needs at least one image, with labels.", nameof(dataset));
    }

    /// <summary>p(y|x) of images whose features are known.</summary>
    internal Tensor Probabilities(Tensor features)
    {
        Tensor logits = Infer(Head, features), probabilities = new(logits.Shape);
        for (int n = 0; n < logits.Shape.N; n++)
        {
            SoftmaxCrossEntropy.Softmax(
                logits.Span.Slice(n * Labels.Count, Labels.Count), probabilities.Span.Slice(n * Labels.Count, Labels.Count));
        }

        return RequireFinite(probabilities);
    }
}
