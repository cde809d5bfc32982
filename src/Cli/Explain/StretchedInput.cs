using MiniGan.Convolution;

namespace MiniGan.Cli.Explain;

/// <summary>
/// A transposed convolution as an ordinary one: x with stride − 1 zeros between its values and a border of zeros around them, and the
/// kernel, flipped, moved over it with stride 1 (Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning",
/// chapter 4).
/// </summary>
/// <param name="geometry">The geometry, of which x is the map.</param>
internal sealed class StretchedInput(ConvolutionGeometry geometry)
{
    private const long LargestWork = 20_000_000;

    /// <summary>
    /// The places of an axis, in order, each the index of a value of x, or −1 for a zero that was put in; and where the flipped kernel
    /// stands for the first pixel of y.
    /// </summary>
    public readonly record struct Axis(int[] Places, int Start);

    /// <summary>The vertical axis.</summary>
    public Axis Rows { get; } = Stretch(geometry.Rows);

    /// <summary>The horizontal axis.</summary>
    public Axis Columns { get; } = Stretch(geometry.Columns);

    /// <summary>Whether there are too many products to compute them here.</summary>
    public bool IsTooLarge =>
        (Int128)MatrixEntry.Kernels(geometry) * geometry.ImagePositions * geometry.Taps > LargestWork;

    /// <summary>The kernel's taps in the order in which the flipped one has them.</summary>
    public int FlippedTap(int tap) => geometry.Taps - 1 - tap;

    /// <summary>y = the flipped kernel over the stretched x, zeros and all.</summary>
    /// <param name="x">The map, row-major.</param>
    /// <param name="w">[mapC, imageC / groups, kh, kw].</param>
    public double[] Gather(float[] x, float[] w)
    {
        ConvolutionGeometry g = geometry;
        double[] y = new double[g.ImageChannels * g.ImagePositions];
        for (int kernel = 0; kernel < MatrixEntry.Kernels(g); kernel++)
        {
            int from = kernel / MatrixEntry.Depth(g) * g.MapPositions, to = MatrixEntry.ImageChannel(g, kernel) * g.ImagePositions;
            for (int pixel = 0; pixel < g.ImagePositions; pixel++)
            {
                for (int tap = 0; tap < g.Taps; tap++)
                {
                    int row = Rows.Places[(pixel / g.Columns.Image) + Rows.Start + (tap / g.Columns.Kernel * g.Rows.Dilation)];
                    int column = Columns.Places[(pixel % g.Columns.Image) + Columns.Start + (tap % g.Columns.Kernel * g.Columns.Dilation)];
                    double value = row < 0 || column < 0 ? 0 : x[from + (row * g.Columns.Map) + column];
                    y[to + pixel] += w[(kernel * g.Taps) + FlippedTap(tap)] * value;
                }
            }
        }

        return y;
    }

    private static Axis Stretch(ConvolutionAxis axis)
    {
        int extent = (axis.Kernel - 1) * axis.Dilation, last = (axis.Map - 1) * axis.Stride;
        int from = Math.Min(axis.Before - extent, 0), to = Math.Max(axis.Image - 1 + axis.Before, last);
        return new(
            [.. Enumerable.Range(from, to - from + 1).Select(place =>
                place >= 0 && place <= last && place % axis.Stride == 0 ? place / axis.Stride : -1)],
            axis.Before - extent - from);
    }
}
