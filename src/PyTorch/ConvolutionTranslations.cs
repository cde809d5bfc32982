using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.PyTorch;

/// <summary>
/// Convolutions. PyTorch's pad, or cut, the same on opposite sides; for others there are classes that do so by themselves.
/// </summary>
internal static class ConvolutionTranslations
{
    public static void AddTo(PyTorchTranslations all) => all
        .Add((Conv2D layer, PyTorchSource source, ref Shape x) =>
        {
            ConvolutionGeometry geometry = layer.GeometryFor(x.H, x.W);
            (ConvolutionAxis rows, ConvolutionAxis columns) = (geometry.Rows, geometry.Columns);
            x = layer.OutputShape(x);
            bool isNative = IsNative(rows) && IsNative(columns);
            return Of(
                layer, isNative ? "nn.Conv2d" : source.Use("PaddedConv2d"), isNative ? Padding(rows, columns) : null,
                isNative ? null : $"pad={Sides(rows, columns)}");
        })
        .Add((ConvTranspose2D layer, PyTorchSource source, ref Shape x) =>
        {
            ConvolutionGeometry geometry = layer.GeometryFor(x.H, x.W);
            (ConvolutionAxis rows, ConvolutionAxis columns) = (geometry.Rows, geometry.Columns);
            x = layer.OutputShape(x);

            // With the same cut on opposite sides the image is lengthened by what the end was to have more.
            (int down, int along) = (rows.Before - Beyond(rows), columns.Before - Beyond(columns));
            if (IsLess(down, rows) && IsLess(along, columns))
            {
                return Of(layer, "nn.ConvTranspose2d", Padding(rows, columns), Lengthened(down, along));
            }

            (down, along) = (Math.Max(-Beyond(rows), 0), Math.Max(-Beyond(columns), 0));
            return Of(layer, source.Use("CroppedConvTranspose2d"), Lengthened(down, along), $"crop={Sides(rows, columns)}");
        });

    private static string Of(ConvolutionModule layer, string name, params ReadOnlySpan<string?> more)
    {
        ConvolutionWindow window = layer.Window;
        return Python.Call(
            name,
            [
                $"{layer.InputChannels}", $"{layer.OutputChannels}", Python.Both(window.Kernel),
                window.Stride == 1 ? null : $"stride={Python.Both(window.Stride)}", .. more,
                window.Dilation == 1 ? null : $"dilation={Python.Both(window.Dilation)}",
                window.Groups == 1 ? null : $"groups={window.Groups}", layer.Bias is null ? "bias=False" : null,
            ]);
    }

    private static string? Padding(ConvolutionAxis rows, ConvolutionAxis columns) =>
        rows.Before == 0 && columns.Before == 0 ? null : $"padding={Python.Both(rows.Before, columns.Before)}";

    private static string? Lengthened(int down, int along) => down == 0 && along == 0 ? null : $"output_padding={Python.Both(down, along)}";

    private static string Sides(ConvolutionAxis rows, ConvolutionAxis columns) =>
        $"({columns.Before}, {Math.Max(Beyond(columns), 0)}, {rows.Before}, {Math.Max(Beyond(rows), 0)})";

    /// <summary>Whether as many zeros after the image as before it make as many steps.</summary>
    private static bool IsNative(ConvolutionAxis axis) =>
        ((axis.Image + (2 * axis.Before) - (((axis.Kernel - 1) * axis.Dilation) + 1)) / axis.Stride) + 1 == axis.Map;

    private static bool IsLess(int lengthened, ConvolutionAxis axis) =>
        lengthened >= 0 && (lengthened == 0 || lengthened < Math.Max(axis.Stride, axis.Dilation));

    /// <summary>Pixels that the kernel reaches beyond the image's end; negative where it does not reach the end.</summary>
    private static int Beyond(ConvolutionAxis axis) =>
        ((axis.Map - 1) * axis.Stride) + ((axis.Kernel - 1) * axis.Dilation) + 1 - axis.Before - axis.Image;
}
