namespace MiniGan.Convolution;

/// <summary>
/// Rows of C, or of Cᵀ, without their zeros: those that meet the same taps. Row <c>i</c> makes position <c>Targets[i]</c> from the
/// positions <c>Sources[i · Taps.Length + k]</c>, each through tap <c>Taps[k]</c>; a source of −1 lies in the padding.
/// </summary>
/// <param name="Taps">The taps that all of these rows meet, as indices into the kernel.</param>
/// <param name="Targets">The position that each row makes.</param>
/// <param name="Sources">The positions that each row reads, one per tap.</param>
internal sealed record MatrixRows(int[] Taps, int[] Targets, int[] Sources)
{
    /// <summary>The rows of C, one per position of the map: every one meets every tap.</summary>
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
    /// The rows of Cᵀ, one per position of the image. Those with the same (y mod stride, x mod stride) meet the same taps: a
    /// <em>phase</em>. So a transposed convolution is stride² small convolutions over the map, with no zeros inserted and nothing
    /// scattered. (<see cref="ScatterProduct"/> does scatter, for images of few channels.)
    /// </summary>
    public static MatrixRows[] OfTransposedC(ConvolutionGeometry geometry)
    {
        ConvolutionAxis y = geometry.Rows, x = geometry.Columns;
        return [..
            from rows in y.Phases()
            from columns in x.Phases()
            let targets = (int[])[.. from row in rows from column in columns select Join(row, column, x.Image)]
            let taps = (int[])[.. from row in y.TapsOf(rows.Key) from column in x.TapsOf(columns.Key) select Join(row, column, x.Kernel)]
            select Gather(taps, targets, (target, tap) => Join(
                y.StepAt(target / x.Image, tap / x.Kernel),
                x.StepAt(target % x.Image, tap % x.Kernel),
                x.Map))];
    }

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
