using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Training;

namespace MiniGan.TorchSharp;

/// <summary>TorchSharp's layers, for a network that is otherwise this library's.</summary>
public sealed class BuiltInLayers : IConvolutionLayers
{
    /// <inheritdoc/>
    public Module Conv2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias) => new TorchConv2D(inputChannels, outputChannels, window, bias);

    /// <inheritdoc/>
    public Module ConvTranspose2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias) =>
        new TorchConvTranspose2D(inputChannels, outputChannels, window, bias);
}
