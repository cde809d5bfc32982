using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Comparison;

/// <summary>Makes the layer that weights of a given shape belong to.</summary>
internal static class LayerFactory
{
    public static ConvolutionModule Create(bool isTransposed, ConvolutionWindow window, Shape weight, bool bias)
    {
        (int mapChannels, int imageChannels) = Channels(window, weight);
        return isTransposed
            ? new ConvTranspose2D(mapChannels, imageChannels, window, bias)
            : new Conv2D(imageChannels, mapChannels, window, bias);
    }

    /// <summary>The geometry of such a layer for x of a given shape, without making the layer.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ConvolutionGeometry GeometryOf(bool isTransposed, ConvolutionWindow window, Shape weight, Shape x)
    {
        (int mapChannels, int imageChannels) = Channels(window, weight);
        return isTransposed
            ? ConvolutionGeometry.ForMap(window, mapChannels, imageChannels, x.H, x.W)
            : ConvolutionGeometry.ForImage(window, imageChannels, mapChannels, x.H, x.W);
    }

    private static (int Map, int Image) Channels(ConvolutionWindow window, Shape weight) =>
        (weight.N, (int)Math.Min((long)weight.C * window.Groups, int.MaxValue));
}
