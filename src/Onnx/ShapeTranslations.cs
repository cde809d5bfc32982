using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Onnx;

/// <summary>Pooling, enlarging, other shapes.</summary>
internal static class ShapeTranslations
{
    private static readonly long[] Images = [2, 3];

    public static void AddTo(OnnxTranslations all) => all
        .Add<AvgPool2D>((pool, graph, x) =>
            Pool(graph, x, "AveragePool", new PoolWindow(pool.Kernel, pool.Stride, pool.Padding), ("count_include_pad", 1L)))
        .Add<MaxPool2D>((pool, graph, x) => Pool(graph, x, "MaxPool", new PoolWindow(pool.Kernel, pool.Stride, pool.Padding)))
        .Add<GlobalAvgPool2D>((_, graph, x) => graph.Mean(x, new Shape(1, x.Shape.C), keep: false, Images))
        .Add<GlobalSumPool2D>((_, graph, x) => graph.Sum(x, new Shape(1, x.Shape.C), keep: false, Images))
        .Add<Upsample2D>(Enlarge)
        .Add<PixelShuffle>((shuffle, graph, x) => graph.Add(
            "DepthToSpace",
            [x],
            new Shape(1, x.Shape.C / (shuffle.Factor * shuffle.Factor), x.Shape.H * shuffle.Factor, x.Shape.W * shuffle.Factor),
            ("blocksize", (long)shuffle.Factor),
            ("mode", "CRD")))
        .Add<Flatten>((_, graph, x) => graph.Reshape(x, new Shape(1, x.Shape.Count)))
        .Add<Reshape>((reshape, graph, x) => graph.Reshape(x, new Shape([1, .. reshape.Dimensions])))
        .Add<Pack>((pack, graph, x) =>
        {
            var shape = new Shape(1, pack.Size * x.Shape.C, x.Shape.H, x.Shape.W);
            return graph.Add("Reshape", [x, graph.Constant("shape", -1, shape.C, shape.H, shape.W)], shape);
        });

    private static OnnxValue Pool(
        OnnxGraph graph, OnnxValue x, string operation, PoolWindow window, params (string, object)[] attributes) => graph.Add(
            operation,
            [x],
            window.OutputShape(x.Shape, operation),
            [
                ("kernel_shape", new long[] { window.Kernel.Height, window.Kernel.Width }),
                ("strides", new long[] { window.Stride.Height, window.Stride.Width }),
                ("pads", new long[] { window.Padding.Height, window.Padding.Width, window.Padding.Height, window.Padding.Width }),
                .. attributes,
            ]);

    private static OnnxValue Enlarge(Upsample2D enlarge, OnnxGraph graph, OnnxValue x)
    {
        Size2D size = enlarge.Size ?? new(x.Shape.H * enlarge.Scale.Height, x.Shape.W * enlarge.Scale.Width);
        var shape = new Shape(1, x.Shape.C, size.Height, size.Width);
        if (enlarge.Mode == UpsampleMode.Bilinear)
        {
            return graph.Add(
                "Resize", [x, default, default, graph.Constant("sizes", size.Height, size.Width)], shape, ("axes", Images),
                ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"));
        }

        if (size.Height % x.Shape.H == 0 && size.Width % x.Shape.W == 0)
        {
            return graph.Add(
                "Resize", [x, default, default, graph.Constant("sizes", size.Height, size.Width)], shape, ("axes", Images),
                ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        }

        // To other sizes runtimes round in float32, and are one pixel off at places: of 2 to 82 pixels, at the 41st.
        OnnxValue rows = graph.Add(
            "Gather", [x, graph.Constant("rows", Nearest(x.Shape.H, size.Height))], new Shape(1, x.Shape.C, size.Height, x.Shape.W),
            ("axis", 2L));
        return graph.Add("Gather", [rows, graph.Constant("columns", Nearest(x.Shape.W, size.Width))], shape, ("axis", 3L));
    }

    /// <summary>⌊i · size / larger⌋ of each place i of a larger axis.</summary>
    private static long[] Nearest(long size, int larger) => [.. Enumerable.Range(0, larger).Select(i => i * size / larger)];
}
