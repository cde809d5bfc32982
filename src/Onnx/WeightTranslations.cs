using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Onnx;

/// <summary>Layers with weights.</summary>
internal static class WeightTranslations
{
    public static void AddTo(OnnxTranslations all) => all
        .Add<Linear>((layer, graph, x) => graph.Add(
            "Gemm", [x, .. Weights(layer, graph)], new Shape(1, layer.Weight.Value.Shape.N), ("transB", 1L)))
        .Add<Conv2D>((layer, graph, x) => Convolve(layer, graph, x, "Conv"))
        .Add<ConvTranspose2D>((layer, graph, x) => Convolve(layer, graph, x, "ConvTranspose"))
        .Add<Embedding>((layer, graph, _) =>
            graph.Add("Gather", [graph.Constant("weight", layer.Weight.Value), graph.Labels], new Shape(1, layer.Features)))
        .Add<PReLU>((layer, graph, x) =>
        {
            // A slope per channel is laid along the second dimension, others along the last.
            Tensor slope = layer.Weight.Value;
            Shape shape = slope.Shape.N > 1 && x.Shape.Rank == 4 ? new Shape(slope.Shape.N, 1, 1) : slope.Shape;
            return graph.Add("PRelu", [x, graph.Constant("weight", Tensor.FromRowMajor(shape, slope.Span))], x.Shape);
        })
        .Add<SpectralNorm>((norm, graph, x) =>
        {
            norm.Divide();
            return graph.Translate("", norm.Inner, x);
        });

    private static IEnumerable<OnnxValue> Weights(WeightedModule layer, OnnxGraph graph)
    {
        yield return graph.Constant("weight", layer.Weight.Value);
        if (layer.Bias is not null)
        {
            yield return graph.Constant("bias", layer.Bias.Value);
        }
    }

    /// <summary>
    /// The padding is the geometry's own, whatever it was called: what the kernel reaches beyond the image's end is padded, or, of a
    /// transposed convolution, cut; where it does not reach the end, a transposed one is lengthened.
    /// </summary>
    private static OnnxValue Convolve(ConvolutionModule layer, OnnxGraph graph, OnnxValue x, string operation)
    {
        ConvolutionGeometry geometry = layer.GeometryFor(x.Shape.H, x.Shape.W);
        (ConvolutionAxis rows, ConvolutionAxis columns) = (geometry.Rows, geometry.Columns);
        (long below, long right) = (Beyond(rows), Beyond(columns));
        long[] pads = [rows.Before, columns.Before, Math.Max(below, 0), Math.Max(right, 0)];
        (string, object)[] attributes =
        [
            ("kernel_shape", new long[] { rows.Kernel, columns.Kernel }), ("strides", new long[] { rows.Stride, columns.Stride }),
            ("dilations", new long[] { rows.Dilation, columns.Dilation }), ("group", (long)geometry.Groups), ("pads", pads),
            .. layer is ConvTranspose2D
                ? [("output_padding", new[] { Math.Max(-below, 0), Math.Max(-right, 0) })]
                : Array.Empty<(string, object)>(),
        ];
        return graph.Add(operation, [x, .. Weights(layer, graph)], layer.OutputShape(x.Shape), attributes);
    }

    private static long Beyond(ConvolutionAxis axis) =>
        ((axis.Map - 1L) * axis.Stride) + ((axis.Kernel - 1L) * axis.Dilation) + 1 - axis.Before - axis.Image;
}
