using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// What pictures are compared in: a network from an image to a vector, its <em>features</em>. Close there means alike to the network, not
/// equal pixel by pixel.
/// </summary>
/// <remarks>
/// An <see cref="ImageClassifier"/> is one that has learned what matters; <see cref="RandomFeatures"/> need neither labels nor time; any
/// other network is one by this class.
/// </remarks>
public class FeatureSpace
{
    /// <summary>Images that are looked at at once.</summary>
    private protected const int ImagesPerPass = 500;

    /// <summary>Takes a network.</summary>
    /// <param name="features">From x: [N, C, H, W] in [−1, 1] to [N, features].</param>
    /// <param name="image">The shape of an image that it takes: [C, H, W].</param>
    /// <exception cref="ArgumentException">It makes no rows of features of such images.</exception>
    public FeatureSpace(Module features, ImageShape image)
    {
        ArgumentNullException.ThrowIfNull(features);
        (Features, ImageShape) = (features, image);
        Shape made = Infer(features, new Tensor(image.Batch(1))).Shape;
        FeatureCount = made.Rank == 2 && made.N == 1 && made.C > 0
            ? made.C
            : throw new ArgumentException(
                $"A network of features makes [N, features] of [N, {image.Channels}, {image.Height}, {image.Width}], but of one image it " +
                $"makes {made}. End it with a Flatten.",
                nameof(features));
    }

    /// <summary>From images to features.</summary>
    public Module Features { get; }

    /// <summary>The shape of an image: [C, H, W].</summary>
    public ImageShape ImageShape { get; }

    /// <summary>Values in a vector.</summary>
    public int FeatureCount { get; }

    /// <summary>The features of images, in inference mode, so that an image's do not depend on the others.</summary>
    /// <param name="images">x: [N, C, H, W] in [−1, 1]; N may be 0.</param>
    /// <returns>A fresh tensor: [N, <see cref="FeatureCount"/>].</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    /// <exception cref="NotFiniteNumberException">The weights or the images are such that a feature is not finite.</exception>
    public Tensor Describe(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Shape shape = images.Shape;
        if (shape.Rank != 4 || shape != ImageShape.Batch(shape.N))
        {
            throw new ArgumentException($"Images of {ImageShape} are described, [N, C, H, W], but got {shape}.", nameof(images));
        }

        var all = new Tensor(new Shape(shape.N, FeatureCount));
        for (int start = 0; start < shape.N; start += ImagesPerPass)
        {
            var pass = new Tensor(ImageShape.Batch(Math.Min(ImagesPerPass, shape.N - start)));
            images.Span.Slice(start * ImageShape.Count, pass.Shape.Count).CopyTo(pass.Span);
            Infer(Features, pass).Span.CopyTo(all.Span[(start * FeatureCount)..]);
        }

        return RequireFinite(all);
    }

    /// <summary>y of a module in inference mode; its own mode is what it was afterwards.</summary>
    private protected static Tensor Infer(Module module, Tensor x)
    {
        bool wasTraining = module.IsTraining;
        module.SetTraining(false);
        try
        {
            return module.Forward(x);
        }
        finally
        {
            module.SetTraining(wasTraining);
        }
    }

    private protected static Tensor RequireFinite(Tensor seen) => seen.IsFinite
        ? seen
        : throw new NotFiniteNumberException(
            "What the network sees is not finite: its weights are damaged, or of a training that diverged. Take another file.");
}
