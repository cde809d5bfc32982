using MiniGan.Convolution;

namespace MiniGan.Cli.Explain;

/// <summary>
/// The large side together with the padding that the kernel reaches around it: what a picture of the moving kernel shows.
/// </summary>
internal sealed class Reach
{
    /// <summary>Finds it.</summary>
    public Reach(ConvolutionGeometry geometry)
    {
        (Rows, Columns) = (Pixels(geometry.Rows), Pixels(geometry.Columns));
        IsCut = Rows.Length > geometry.Rows.Image || Columns.Length > geometry.Columns.Image;
    }

    /// <summary>The pixels of the vertical axis, in order; those below 0 or beyond the image are padding.</summary>
    public int[] Rows { get; }

    /// <summary>The pixels of the horizontal axis.</summary>
    public int[] Columns { get; }

    /// <summary>Whether there is any padding.</summary>
    public bool IsCut { get; }

    /// <summary>The index of a pixel, or × for padding.</summary>
    public static string Label(int pixel, int image) => pixel >= 0 && pixel < image ? $"{pixel}" : "×";

    private static int[] Pixels(ConvolutionAxis axis)
    {
        int reached = ((axis.Map - 1) * axis.Stride) + ((axis.Kernel - 1) * axis.Dilation) + 1 - axis.Before;
        return [.. Enumerable.Range(-axis.Before, Math.Max(reached, axis.Image) + axis.Before)];
    }
}
