using CsCheck;
using MiniGan.Convolution;

namespace MiniGan.Tests.Convolution;

/// <summary>Windows and geometries to state laws over; the two axes have nothing in common, so that an exchange of them is seen.</summary>
internal static class RandomGeometries
{
    /// <summary>One axis of a window with a size for it: the image's for a convolution, the map's for a transposed one.</summary>
    public sealed record Axis(int Size, int Kernel, int Stride, int Dilation, PaddingKind Padding, int Before, int After, int OutputPadding)
    {
        /// <summary>Pixels from the first tap to the last.</summary>
        public int Extent => ((Kernel - 1) * Dilation) + 1;

        public ConvolutionWindow Window(bool transposed) => new(
            Kernel, Stride,
            Padding == PaddingKind.Explicit
                ? MiniGan.Convolution.Padding.Explicit(Before, Before, After, After)
                : new Padding(Padding, 0, 0, 0, 0),
            Dilation, transposed ? OutputPadding : 0);
    }

    /// <summary>Any axis, whether or not its window fits.</summary>
    public static Gen<Axis> Axes { get; } = AxesWith(Gen.Enum<PaddingKind>());

    /// <summary>Any geometry of either layer whose window fits, with its batch.</summary>
    public static Gen<(int Batch, bool Transposed, ConvolutionGeometry Geometry)> All { get; } =
        from padding in Gen.Enum<PaddingKind>()
        from rows in AxesWith(Gen.Const(padding))
        from columns in AxesWith(Gen.Const(padding))
        from groups in Gen.Int[1, 3]
        from imageChannels in Gen.Int[1, 4]
        from mapChannels in Gen.Int[1, 4]
        from batch in Gen.Int[1, 3]
        from transposed in Gen.Bool
        select (batch, transposed, Geometry(rows, columns, transposed, groups, imageChannels * groups, mapChannels * groups));

    private static Gen<Axis> AxesWith(Gen<PaddingKind> paddings) =>
        from size in Gen.Int[1, 9]
        from kernel in Gen.Int[1, 5]
        from stride in Gen.Int[1, 4]
        from dilation in Gen.Int[1, 3]
        from padding in paddings
        from before in Gen.Int[0, 3]
        from after in Gen.Int[0, 3]
        from outputPadding in Gen.Int[0, Math.Max(stride, dilation) - 1]
        select new Axis(size, kernel, stride, dilation, padding, before, after, padding == PaddingKind.Explicit ? outputPadding : 0);

    private static ConvolutionGeometry Geometry(Axis rows, Axis columns, bool transposed, int groups, int imageChannels, int mapChannels)
    {
        Padding padding = rows.Padding == PaddingKind.Explicit
            ? Padding.Explicit(rows.Before, columns.Before, rows.After, columns.After)
            : new Padding(rows.Padding, 0, 0, 0, 0);
        var window = new ConvolutionWindow(
            (rows.Kernel, columns.Kernel), (rows.Stride, columns.Stride), padding, (rows.Dilation, columns.Dilation),
            transposed ? (rows.OutputPadding, columns.OutputPadding) : (0, 0), groups);

        // Large enough for the kernel to fit: on the image's side its extent, on the map's what the padding takes off again.
        return transposed
            ? ConvolutionGeometry.ForMap(
                window, mapChannels, imageChannels, rows.Size + rows.Before + rows.After, columns.Size + columns.Before + columns.After)
            : ConvolutionGeometry.ForImage(
                window, imageChannels, mapChannels, rows.Size + rows.Extent - 1, columns.Size + columns.Extent - 1);
    }
}
