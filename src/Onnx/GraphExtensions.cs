using MiniGan.Tensors;

namespace MiniGan.Onnx;

/// <summary>What several translations add to a graph.</summary>
internal static class GraphExtensions
{
    /// <summary>The mean over axes, which stay with one element each, or go.</summary>
    public static OnnxValue Mean(this OnnxGraph graph, OnnxValue x, Shape shape, bool keep, params ReadOnlySpan<long> axes) =>
        graph.Add("ReduceMean", [x, graph.Constant("axes", axes)], shape, ("keepdims", keep ? 1L : 0L));

    /// <summary>The sum over axes, likewise.</summary>
    public static OnnxValue Sum(this OnnxGraph graph, OnnxValue x, Shape shape, bool keep, params ReadOnlySpan<long> axes) =>
        graph.Add("ReduceSum", [x, graph.Constant("axes", axes)], shape, ("keepdims", keep ? 1L : 0L));

    /// <summary>A number to calculate with.</summary>
    public static OnnxValue Number(this OnnxGraph graph, string name, double value) =>
        graph.Constant(name, Tensor.FromRowMajor(new Shape(1), [(float)value]));

    /// <summary>A shape for Reshape: its first 0 leaves the batch as it is.</summary>
    public static long[] DimensionsOf(this OnnxGraph _, Shape shape) =>
        [0, .. Enumerable.Range(1, shape.Rank - 1).Select(axis => (long)shape[axis])];

    /// <summary>The same elements in another shape, of the same batch.</summary>
    public static OnnxValue Reshape(this OnnxGraph graph, OnnxValue x, Shape shape) =>
        graph.Add("Reshape", [x, graph.Constant("shape", graph.DimensionsOf(shape))], shape);
}
