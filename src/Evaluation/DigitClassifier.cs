using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// A small convolutional network that tells ten classes of 28×28 grey images apart, and whose last hidden layer of 128 values, its
/// <em>features</em>, is where pictures are compared: close there means alike to a reader of digits, not equal pixel by pixel.
/// </summary>
/// <remarks>x: [N, 1, 28, 28] in [−1, 1] → features [N, 128], each at least 0 → logits [N, 10].</remarks>
public sealed class DigitClassifier
{
    /// <summary>Classes that are told apart.</summary>
    public const int Classes = 10;

    /// <summary>Values in the last hidden layer.</summary>
    public const int FeatureCount = 128;

    /// <summary>Height and width of the images.</summary>
    public const int ImageSize = 28;

    private const int ImagesPerPass = 500;

    /// <summary>Makes a classifier that has learned nothing yet.</summary>
    /// <param name="seed">Of its first weights.</param>
    public DigitClassifier(ulong seed)
    {
        Features = new Sequential(
            new Conv2D(1, 32, kernel: 5, stride: 2, padding: 2, bias: false), // → [32, 14, 14]
            new BatchNorm2D(32),
            new ReLU(),
            new Conv2D(32, 64, kernel: 3, stride: 2, padding: 1, bias: false), // → [64, 7, 7]
            new BatchNorm2D(64),
            new ReLU(),
            new Conv2D(64, 64, kernel: 3, stride: 2, padding: 1, bias: false), // → [64, 4, 4]
            new BatchNorm2D(64),
            new ReLU(),
            new Flatten(),
            new Linear(64 * 4 * 4, FeatureCount),
            new ReLU());
        Head = new Sequential(new Linear(FeatureCount, Classes));
        Network = new Sequential(Features, Head);
        Initializers.HeNormal(Network, new RandomSource(seed, "classifier weights"));
    }

    /// <summary>From images to features.</summary>
    public Sequential Features { get; }

    /// <summary>From features to logits.</summary>
    public Sequential Head { get; }

    /// <summary>From images to logits: <see cref="Features"/>, then <see cref="Head"/>.</summary>
    public Sequential Network { get; }

    /// <summary>What a file of the classifier holds: <c>features.0.weight</c> to <c>head.0.bias</c>.</summary>
    internal IEnumerable<NamedTensor> State =>
        Features.State.Select(item => item with { Name = $"features.{item.Name}" })
            .Concat(Head.State.Select(item => item with { Name = $"head.{item.Name}" }));

    /// <summary>What is wrong with the labels of images for a classifier, in a sentence; null if nothing is.</summary>
    /// <param name="dataset">The images.</param>
    public static string? ObstacleIn(ImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return !dataset.HasLabels ? "The classifier needs labels, but the images have none."
            : dataset.Labels.Any(label => label >= Classes)
                ? $"The classifier tells {Classes} classes apart, labels 0 to {Classes - 1}, but the images have the labels " +
                    $"{new LabelSet(dataset.Labels)}."
            : null;
    }

    /// <summary>Features and probabilities of images, in inference mode, so that an image's do not depend on the others.</summary>
    /// <param name="images">[N, 1, 28, 28] in [−1, 1].</param>
    /// <returns>Fresh tensors: features [N, 128] and softmax of the logits [N, 10].</returns>
    /// <exception cref="ArgumentException">The images have another size.</exception>
    /// <exception cref="NotFiniteNumberException">The weights or the images are such that the results are no finite numbers.</exception>
    public Classification Classify(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Shape shape = images.Shape;
        if (shape.Rank != 4 || (shape.C, shape.H, shape.W) != (1, ImageSize, ImageSize))
        {
            throw new ArgumentException($"The classifier takes images [N, 1, {ImageSize}, {ImageSize}], but got {shape}.", nameof(images));
        }

        bool wasTraining = Network.IsTraining;
        Network.SetTraining(false);
        try
        {
            var features = new Tensor(new Shape(shape.N, FeatureCount));
            var probabilities = new Tensor(new Shape(shape.N, Classes));
            const int pixels = ImageSize * ImageSize;
            for (int start = 0; start < shape.N; start += ImagesPerPass)
            {
                int count = Math.Min(ImagesPerPass, shape.N - start);
                var pass = new Tensor(new Shape(count, 1, ImageSize, ImageSize));
                images.Span.Slice(start * pixels, count * pixels).CopyTo(pass.Span);
                Tensor passFeatures = Features.Forward(pass), logits = Head.Forward(passFeatures);
                passFeatures.Span.CopyTo(features.Span[(start * FeatureCount)..]);
                for (int n = 0; n < count; n++)
                {
                    SoftmaxCrossEntropy.Softmax(
                        logits.Span.Slice(n * Classes, Classes), probabilities.Span.Slice((start + n) * Classes, Classes));
                }
            }

            return features.IsFinite && probabilities.IsFinite
                ? new Classification(features, probabilities)
                : throw new NotFiniteNumberException(
                    "What the classifier sees is not finite: its weights are damaged, or of a training that diverged. Take another file.");
        }
        finally
        {
            Network.SetTraining(wasTraining);
        }
    }
}
