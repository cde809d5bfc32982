using MiniGan.Convolution;

namespace MiniGan.TorchSharp;

/// <summary><see cref="Modules.ConvTranspose2D"/> by TorchSharp's <c>conv_transpose2d</c>.</summary>
/// <param name="inputChannels">Channels of x.</param>
/// <param name="outputChannels">Channels of y.</param>
/// <param name="window">How the kernel moves.</param>
/// <param name="bias">Whether to add a learnable bias per output channel.</param>
public sealed class TorchConvTranspose2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias = true)
    : TorchConvolution(
        inputChannels, WeightShape(inputChannels, outputChannels, window), bias ? outputChannels : null, window)
{
    private protected override TorchTensor Operate(TorchTensor x, TorchTensor weight, TorchTensor? bias, int height, int width) =>
        BuiltInOperation.ConvTranspose2D(
            x, weight, bias, Window,
            ConvolutionGeometry.ForMap(Window, InputChannels, Weight.Value.Shape.C * Window.Groups, height, width));
}
