using MiniGan.Convolution;

namespace MiniGan.Cli.Explain;

/// <summary>A place of C that a tap of the kernel fills: one product of the convolution, and of its transposed.</summary>
/// <param name="Row">The element of the map, flattened as [C, H, W].</param>
/// <param name="Column">The element of the image, flattened as [C, H, W].</param>
/// <param name="Weight">The weight, an index into [mapC, imageC / groups, kh, kw].</param>
/// <param name="Tap">Its place in the kernel, an index into [kh, kw].</param>
internal readonly record struct MatrixEntry(int Row, int Column, int Weight, int Tap)
{
    /// <summary>How many products there are before those that meet padding are left out: what an explanation costs.</summary>
    public static Int128 Bound(ConvolutionGeometry g) => (Int128)g.MapChannels * g.MapPositions * Depth(g) * g.Taps;

    /// <summary>Channels of the image that a channel of the map meets, each with a kernel of its own.</summary>
    public static int Depth(ConvolutionGeometry g) => g.ImageChannels / g.Groups;

    /// <summary>How many kernels there are.</summary>
    public static int Kernels(ConvolutionGeometry g) => g.MapChannels * Depth(g);

    /// <summary>The channel of the image that a kernel meets.</summary>
    public static int ImageChannel(ConvolutionGeometry g, int kernel)
    {
        int group = kernel / Depth(g) / (g.MapChannels / g.Groups);
        return (group * Depth(g)) + (kernel % Depth(g));
    }

    /// <summary>All of them, row by row, and in a row by channel and tap: the order in which a hand would add them up.</summary>
    public static IEnumerable<MatrixEntry> Of(ConvolutionGeometry g)
    {
        for (int row = 0; row < g.MapChannels * g.MapPositions; row++)
        {
            (int channel, int position) = Math.DivRem(row, g.MapPositions);
            for (int kernel = channel * Depth(g); kernel < (channel + 1) * Depth(g); kernel++)
            {
                int first = ImageChannel(g, kernel) * g.ImagePositions;
                for (int tap = 0; tap < g.Taps; tap++)
                {
                    int y = g.Rows.PixelAt(position / g.Columns.Map, tap / g.Columns.Kernel);
                    int x = g.Columns.PixelAt(position % g.Columns.Map, tap % g.Columns.Kernel);
                    if (y >= 0 && x >= 0)
                    {
                        yield return new(row, first + (y * g.Columns.Image) + x, (kernel * g.Taps) + tap, tap);
                    }
                }
            }
        }
    }
}
