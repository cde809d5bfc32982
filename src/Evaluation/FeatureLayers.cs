using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// The layers from an image of any size to features: convolutions of stride 2, each with batch normalisation and a rectifier, until the
/// smaller side has at most 4 pixels, then a fully connected layer, whose values are each at least 0.
/// </summary>
internal static class FeatureLayers
{
    private const int SmallestSide = 4, ChainEnd = 128, ScalesEnd = 64;

    /// <summary>Maps of the convolutions, the one next to the image first; those beyond have as many as the last.</summary>
    private static ReadOnlySpan<int> Widths => [32, 64, 64, 128];

    /// <summary>One behind the other, to 128 features: what a classifier learns.</summary>
    /// <param name="image">[C, H, W].</param>
    public static Sequential Chain(ImageShape image)
    {
        var layers = new List<Module>();
        for (int i = 0; IsLarge(image); i++)
        {
            layers.AddRange(Down(WidthAt(i), i, ref image, momentum: 0.1));
        }

        return new Sequential([.. layers, .. End(image, ChainEnd)]);
    }

    /// <summary>
    /// The mean of each map at every size, then 64 values: [16, 32, …, 64] side by side, each normalised, so that fine detail counts as
    /// much as the whole. Half as wide as the chain: a covariance of fewer features is measured better by few pictures. All
    /// normalisations take the plain mean of the batches that they see.
    /// </summary>
    /// <param name="image">[C, H, W].</param>
    public static Sequential AllScales(ImageShape image)
    {
        int features = 0;
        Sequential scales = From(0, image, ref features);
        return new Sequential(
            scales, new Reshape(features, 1, 1), new BatchNorm2D(features, momentum: null, affine: false), new Flatten());
    }

    private static Sequential From(int i, ImageShape image, ref int features)
    {
        if (!IsLarge(image))
        {
            features += ScalesEnd;
            return new Sequential([.. End(image, ScalesEnd)]);
        }

        Module[] down = Down(WidthAt(i) / 2, i, ref image, momentum: null);
        features += image.Channels;
        return new Sequential([.. down, new Concat(new GlobalAvgPool2D(), From(i + 1, image, ref features))]);
    }

    private static bool IsLarge(ImageShape image) => Math.Min(image.Height, image.Width) > SmallestSide;

    private static int WidthAt(int i) => Widths[Math.Min(i, Widths.Length - 1)];

    private static Module[] Down(int maps, int i, ref ImageShape image, double? momentum)
    {
        int kernel = i == 0 ? 5 : 3;
        var convolution = new Conv2D(image.Channels, maps, kernel, stride: 2, padding: kernel / 2, bias: false);
        image = new ImageShape(maps, (image.Height + 1) / 2, (image.Width + 1) / 2);
        return [convolution, new BatchNorm2D(maps, momentum: momentum), new ReLU()];
    }

    private static Module[] End(ImageShape image, int features) =>
        [new Flatten(), new Linear(image.Count, features), new ReLU()];
}
