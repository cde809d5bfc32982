using MiniGan.Convolution;

namespace MiniGan.TorchSharp;

/// <summary><see cref="Modules.Conv2D"/> by TorchSharp's <c>conv2d</c>.</summary>
/// <param name="inputChannels">Channels of x.</param>
/// <param name="outputChannels">Channels of y.</param>
/// <param name="window">How the kernel moves.</param>
/// <param name="bias">Whether to add a learnable bias per output channel.</param>
public sealed class TorchConv2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias = true) : TorchConvolution(
    inputChannels, WeightShape(outputChannels, inputChannels, window), bias ? outputChannels : null, window)
{
    private protected override TorchTensor Operate(TorchTensor x, TorchTensor weight, TorchTensor? bias, int height, int width) =>
        BuiltInOperation.Conv2D(
            x, weight, bias, Window, ConvolutionGeometry.ForImage(Window, InputChannels, Weight.Value.Shape.N, height, width));
}
