using MiniGan.Convolution;
using Padding = MiniGan.Convolution.Padding;

namespace MiniGan.TorchSharp;

/// <summary>TorchSharp's way to give a window, turned into ours.</summary>
internal static class Arguments
{
    public static int Int(long value) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw new ArgumentException($"{value} is too large for a size.");

    public static ConvolutionWindow Window(
        (long, long) kernel, (long, long)? stride, (long, long)? padding, (long, long)? dilation,
        (long, long)? outputPadding, PaddingModes mode, long groups)
    {
        if (mode != PaddingModes.Zeros)
        {
            throw new ArgumentException($"Only zeros can be laid around the image, but the padding mode is {mode}.", nameof(mode));
        }

        (long rows, long columns) = padding ?? (0, 0);
        return new ConvolutionWindow(
            Size(kernel), Size(stride ?? (1, 1)),
            Padding.Explicit(Int(rows), Int(columns), Int(rows), Int(columns)), Size(dilation ?? (1, 1)),
            Size(outputPadding ?? (0, 0)), Int(groups));
    }

    private static Size2D Size((long Height, long Width) size) => new(Int(size.Height), Int(size.Width));
}
