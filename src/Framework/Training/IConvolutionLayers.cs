using MiniGan.Convolution;
using MiniGan.Modules;

namespace MiniGan.Training;

/// <summary>Where a network's convolutions come from: the hand-written layers, or another library's under the same names, shapes and semantics.</summary>
public interface IConvolutionLayers
{
    /// <summary>A convolution with parameters <c>weight</c>: [out, in / groups, kh, kw] and, if wanted, <c>bias</c>: [out].</summary>
    /// <param name="inputChannels">Channels of x.</param>
    /// <param name="outputChannels">Channels of y.</param>
    /// <param name="window">How the kernel moves.</param>
    /// <param name="bias">Whether to add a value an output channel.</param>
    Module Conv2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias);

    /// <summary>A transposed convolution with parameters <c>weight</c>: [in, out / groups, kh, kw] and, if wanted, <c>bias</c>: [out].</summary>
    /// <param name="inputChannels">Channels of x.</param>
    /// <param name="outputChannels">Channels of y.</param>
    /// <param name="window">How the kernel moves.</param>
    /// <param name="bias">Whether to add a value an output channel.</param>
    Module ConvTranspose2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias);
}
