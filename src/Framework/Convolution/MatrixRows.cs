namespace MiniGan.Convolution;

/// <summary>
/// Rows of C, or of Cᵀ, without their zeros: those that meet the same taps. Row <c>i</c> makes position <c>Targets[i]</c> from the positions
/// <c>Sources[i · Taps.Length + k]</c>, each through tap <c>Taps[k]</c>; a source of −1 lies in the padding.
/// </summary>
/// <param name="Taps">The taps that all of these rows meet, as indices into the kernel.</param>
/// <param name="Targets">The position that each row makes.</param>
/// <param name="Sources">The positions that each row reads, one a tap.</param>
internal sealed record MatrixRows(int[] Taps, int[] Targets, int[] Sources)
{
    /// <summary>The rows of C, one a position of the map: every one meets every tap.</summary>
    public static MatrixRows[] OfC(ConvolutionGeometry geometry)
    {
        ConvolutionAxis y = geometry.Rows, x = geometry.Columns;
        int[] taps = [.. Enumerable.Range(0, geometry.Taps)];
        int[] targets = [.. Enumerable.Range(0, geometry.MapPositions)];
        return [Gather(taps, targets, (target, tap) => Join(
            y.PixelAt(target / x.Map, tap / x.Kernel),
            x.PixelAt(target % x.Map, tap % x.Kernel),
            x.Image))];
    }

    /// <summary>
    /// The rows of Cᵀ, one a position of the image. Those with the same (y mod stride, x mod stride) meet the same taps: a <em>phase</em>. So a
    /// transposed convolution is stride² small convolutions over the map, with no zeros inserted and nothing scattered.
    /// </summary>
    public static MatrixRows[] OfTransposedC(ConvolutionGeometry geometry)
    {
        ConvolutionAxis y = geometry.Rows, x = geometry.Columns;
        var phases = new List<MatrixRows>();
        for (int phase = 0; phase < y.Stride * x.Stride; phase++)
        {
            int phaseY = phase / x.Stride, phaseX = phase % x.Stride;
            int[] targets = [..
                from row in PixelsOf(y, phaseY)
                from column in PixelsOf(x, phaseX)
                select Join(row, column, x.Image)];
            int[] taps = [..
                from row in TapsOf(y, phaseY)
                from column in TapsOf(x, phaseX)
                select Join(row, column, x.Kernel)];
            if (targets.Length > 0)
            {
                phases.Add(Gather(taps, targets, (target, tap) => Join(
                    y.StepAt(target / x.Image, tap / x.Kernel),
                    x.StepAt(target % x.Image, tap % x.Kernel),
                    x.Map)));
            }
        }

        return [.. phases];
    }

    private static IEnumerable<int> PixelsOf(ConvolutionAxis axis, int phase) =>
        Enumerable.Range(0, axis.Image).Where(pixel => (pixel + axis.Before) % axis.Stride == phase);

    private static IEnumerable<int> TapsOf(ConvolutionAxis axis, int phase) =>
        Enumerable.Range(0, axis.Kernel).Where(tap => tap * axis.Dilation % axis.Stride == phase);

    private static MatrixRows Gather(int[] taps, int[] targets, Func<int, int, int> source)
    {
        int[] sources = new int[targets.Length * taps.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = source(targets[i / taps.Length], taps[i % taps.Length]);
        }

        return new(taps, targets, sources);
    }

    private static int Join(int row, int column, int width) => row < 0 || column < 0 ? -1 : (row * width) + column;
}
