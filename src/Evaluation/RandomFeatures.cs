using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// Features that need no labels, no training and no download: those of a convolutional network with random weights (Naeem et al. 2020,
/// "Reliable fidelity and diversity metrics for generative models", section 3.3), whose batch normalisations have seen the real pictures:
/// the mean of each map at every size from half the image's down, and 64 values of what lies where.
/// </summary>
/// <remarks>
/// They see colours, edges, textures, noise, blur and checkerboards, and whether kinds that look different are missing; they do not see
/// what a picture shows. docs/evaluation.md measures both.
/// </remarks>
public static class RandomFeatures
{
    private const int ImagesPerPass = 250, Passes = 8;

    /// <summary>Makes the features for some pictures. The same pictures and seed give the same features.</summary>
    /// <param name="real">The pictures, at least two; up to 2,000 of them, evenly spread, set each layer's mean and variance.</param>
    /// <param name="seed">Of the weights: He et al.'s normal distribution.</param>
    /// <exception cref="ArgumentException">There are fewer than two pictures.</exception>
    public static FeatureSpace Of(ImageDataset real, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(real);
        if (real.Count < 2)
        {
            throw new ArgumentException($"A variance needs at least two pictures, but there are {real.Count}.", nameof(real));
        }

        Sequential layers = FeatureLayers.AllScales(real.ImageShape);
        Initializers.HeNormal(layers, new RandomSource(seed, "random features"));
        layers.SetTraining(true);
        int used = Math.Min(real.Count, ImagesPerPass * Passes), passes = (used + ImagesPerPass - 1) / ImagesPerPass;
        int[] chosen = [.. Enumerable.Range(0, used).Select(i => (int)((long)i * real.Count / used))];
        for (int pass = 0; pass < passes; pass++)
        {
            int[] part = [.. chosen.Where((_, i) => i % passes == pass)];
            var images = new Tensor(real.ImageShape.Batch(part.Length));
            real.CopyTo(part, images);
            layers.Forward(images);
        }

        layers.SetTraining(false);
        return new FeatureSpace(layers, real.ImageShape);
    }
}
