using MiniGan.Convolution;
using MiniGan.Modules;

namespace MiniGan.Training;

/// <summary>The hand-written layers of this library.</summary>
public sealed class CustomLayers : IConvolutionLayers
{
    /// <inheritdoc/>
    public Module Conv2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias) => new Conv2D(inputChannels, outputChannels, window, bias);

    /// <inheritdoc/>
    public Module ConvTranspose2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias) =>
        new ConvTranspose2D(inputChannels, outputChannels, window, bias);
}
