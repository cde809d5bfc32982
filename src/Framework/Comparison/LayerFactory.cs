using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Comparison;

/// <summary>Makes the layer that weights of a given shape belong to.</summary>
internal static class LayerFactory
{
    public static ConvolutionModule Create(bool isTransposed, ConvolutionWindow window, Shape weight, bool bias)
    {
        int mapChannels = weight.N, imageChannels = (int)Math.Min((long)weight.C * window.Groups, int.MaxValue);
        return isTransposed
            ? new ConvTranspose2D(mapChannels, imageChannels, window, bias)
            : new Conv2D(imageChannels, mapChannels, window, bias);
    }
}
