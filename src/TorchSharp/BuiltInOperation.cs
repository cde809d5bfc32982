using MiniGan.Convolution;
using Padding = MiniGan.Convolution.Padding;

namespace MiniGan.TorchSharp;

/// <summary>
/// TorchSharp's <c>conv2d</c> and <c>conv_transpose2d</c> for every geometry of this library. Where the padding is the same on opposite
/// sides they are called as they are; else, since they know no other, zeros are laid around the image, or cut from it, by <c>pad</c>.
/// </summary>
internal static class BuiltInOperation
{
    public static TorchTensor Conv2D(
        TorchTensor x, TorchTensor weight, TorchTensor? bias, ConvolutionWindow window, ConvolutionGeometry geometry)
    {
        if (IsSymmetric(window.Padding))
        {
            return torch.nn.functional.conv2d(
                x, weight, bias, Both(window.Stride), [window.Padding.Top, window.Padding.Left], Both(window.Dilation), window.Groups);
        }

        (ConvolutionAxis rows, ConvolutionAxis columns) = (geometry.Rows, geometry.Columns);
        TorchTensor padded = torch.nn.functional.pad(
            x, [columns.Before, Math.Max(Missing(columns), 0), rows.Before, Math.Max(Missing(rows), 0)]);
        return torch.nn.functional.conv2d(padded, weight, bias, Both(window.Stride), [0, 0], Both(window.Dilation), window.Groups);
    }

    public static TorchTensor ConvTranspose2D(
        TorchTensor x, TorchTensor weight, TorchTensor? bias, ConvolutionWindow window, ConvolutionGeometry geometry)
    {
        // The arguments go by position: their names have changed between versions.
        if (IsSymmetric(window.Padding))
        {
            return torch.nn.functional.conv_transpose2d(
                x, weight, bias, Both(window.Stride), [window.Padding.Top, window.Padding.Left], Both(window.OutputPadding),
                Both(window.Dilation), window.Groups);
        }

        (ConvolutionAxis rows, ConvolutionAxis columns) = (geometry.Rows, geometry.Columns);
        TorchTensor whole = torch.nn.functional.conv_transpose2d(
            x, weight, null, Both(window.Stride), [0, 0], [0, 0], Both(window.Dilation), window.Groups);

        // First to the end of the image, then the cut: the other way round there might be nothing left to lengthen.
        TorchTensor lengthened = torch.nn.functional.pad(whole, [0, Math.Max(-Missing(columns), 0), 0, Math.Max(-Missing(rows), 0)]);
        TorchTensor image = torch.nn.functional.pad(
            lengthened, [-columns.Before, -Math.Max(Missing(columns), 0), -rows.Before, -Math.Max(Missing(rows), 0)]);
        return bias is null ? image : image + bias.reshape(1, -1, 1, 1);
    }

    /// <summary>Pixels that the kernel reaches beyond the image's end; negative where it does not reach the end.</summary>
    private static int Missing(ConvolutionAxis axis) =>
        ((axis.Map - 1) * axis.Stride) + ((axis.Kernel - 1) * axis.Dilation) + 1 - axis.Before - axis.Image;

    private static bool IsSymmetric(Padding padding) =>
        padding.Kind == PaddingKind.Explicit && padding.Top == padding.Bottom && padding.Left == padding.Right;

    private static long[] Both(Size2D size) => [size.Height, size.Width];
}
