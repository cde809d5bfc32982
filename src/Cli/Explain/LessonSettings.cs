using MiniGan.Cli.Common;
using MiniGan.Convolution;

namespace MiniGan.Cli.Explain;

/// <summary>What is explained, without its numbers: the direction, the sizes and how the kernel moves.</summary>
/// <param name="IsTransposed">Whether it is a transposed convolution.</param>
/// <param name="Input">Height and width of x.</param>
/// <param name="Window">How the kernel moves.</param>
/// <param name="InputChannels">Channels of x.</param>
/// <param name="OutputChannels">Channels of y.</param>
internal sealed record LessonSettings(bool IsTransposed, Size2D Input, ConvolutionWindow Window, int InputChannels, int OutputChannels)
{
    /// <summary>The word of the command line.</summary>
    public string Direction => IsTransposed ? "transpose" : "conv";

    /// <summary>Channels of the small side.</summary>
    public int MapChannels => IsTransposed ? InputChannels : OutputChannels;

    /// <summary>Channels of the large side.</summary>
    public int ImageChannels => IsTransposed ? OutputChannels : InputChannels;

    /// <summary>Where the non-zeros of C are.</summary>
    /// <exception cref="UserException">The kernel does not fit, or the output would be empty or too large.</exception>
    public ConvolutionGeometry Geometry()
    {
        try
        {
            return IsTransposed
                ? ConvolutionGeometry.ForMap(Window, MapChannels, ImageChannels, Input.Height, Input.Width)
                : ConvolutionGeometry.ForImage(Window, ImageChannels, MapChannels, Input.Height, Input.Width);
        }
        catch (ArgumentException exception)
        {
            throw new UserException(exception.Message);
        }
    }
}
