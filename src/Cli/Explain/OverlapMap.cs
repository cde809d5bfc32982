using MiniGan.Convolution;

namespace MiniGan.Cli.Explain;

/// <summary>
/// How many taps of the kernel reach each pixel of the large side. Where the taps do not fall evenly onto the phases of the stride, a
/// transposed convolution adds up more products at some pixels than at their neighbours: the checkerboards of Odena, Dumoulin and Olah
/// 2016, "Deconvolution and Checkerboard Artifacts".
/// </summary>
internal sealed class OverlapMap
{
    private readonly int[] rows, columns;

    /// <summary>Counts.</summary>
    public OverlapMap(ConvolutionGeometry geometry)
    {
        rows = Reach(geometry.Rows);
        columns = Reach(geometry.Columns);
        (RowPhases, ColumnPhases) = (Phases(geometry.Rows), Phases(geometry.Columns));
    }

    /// <summary>For each phase of the vertical stride, how many of the kernel's rows fall onto it.</summary>
    public int[] RowPhases { get; }

    /// <summary>For each phase of the horizontal stride, how many of the kernel's columns fall onto it.</summary>
    public int[] ColumnPhases { get; }

    /// <summary>Whether all pixels away from the edge are reached by as many taps.</summary>
    public bool IsEven => RowPhases.Distinct().Count() == 1 && ColumnPhases.Distinct().Count() == 1;

    /// <summary>The taps that reach a pixel.</summary>
    public int this[int row, int column] => rows[row] * columns[column];

    private static int[] Reach(ConvolutionAxis axis) =>
        [.. Enumerable.Range(0, axis.Image).Select(pixel => Enumerable.Range(0, axis.Kernel).Count(tap => axis.StepAt(pixel, tap) >= 0))];

    private static int[] Phases(ConvolutionAxis axis) =>
        [.. Enumerable.Range(0, axis.Stride).Select(phase =>
            Enumerable.Range(0, axis.Kernel).Count(tap => tap * axis.Dilation % axis.Stride == phase))];
}
