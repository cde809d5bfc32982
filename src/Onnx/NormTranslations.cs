using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Onnx;

/// <summary>Normalisations, with the running statistics of those that have any.</summary>
internal static class NormTranslations
{
    public static void AddTo(OnnxTranslations all) => all
        .Add<BatchNorm2D>((norm, graph, x) => graph.Add(
            "BatchNormalization",
            [
                x, Factors(graph, "weight", norm.Weight, norm.RunningMean.Shape, 1),
                Factors(graph, "bias", norm.Bias, norm.RunningMean.Shape, 0),
                graph.Constant("running_mean", norm.RunningMean), graph.Constant("running_var", norm.RunningVariance),
            ],
            x.Shape,
            ("epsilon", (float)norm.Epsilon)))
        .Add<GroupNorm>(Group)
        .Add<InstanceNorm2D>(Group)
        .Add<LayerNorm>((norm, graph, x) =>
        {
            var shape = new Shape([.. norm.Dimensions]);
            return graph.Add(
                "LayerNormalization", [x, Factors(graph, "weight", norm.Weight, shape, 1), Factors(graph, "bias", norm.Bias, shape, 0)],
                x.Shape, ("axis", 1L), ("epsilon", (float)norm.Epsilon));
        })
        .Add<PixelNorm>((norm, graph, x) =>
        {
            OnnxValue mean = graph.Mean(graph.Add("Mul", [x, x], x.Shape), x.Shape, keep: true, 1);
            OnnxValue sum = graph.Add("Add", [mean, graph.Number("epsilon", norm.Epsilon)], x.Shape);
            return graph.Add("Div", [x, graph.Add("Sqrt", [sum], x.Shape)], x.Shape);
        })
        .Add<ConditionalBatchNorm2D>((norm, graph, x) =>
        {
            OnnxValue standardized = graph.Translate("bn", norm.Children[0], x), vectors = graph.Translate("embed", norm.Children[1], x);
            var each = new Shape(1, norm.Channels, 1, 1);
            OnnxValue Part(string name, long from) => graph.Add(
                "Reshape",
                [
                    graph.Add(
                        "Slice", [vectors, graph.Constant($"{name}_from", from), graph.Constant($"{name}_to", from + norm.Channels),
                        graph.Constant($"{name}_axis", 1)],
                        each),
                    graph.Constant($"{name}_shape", 0, norm.Channels, 1, 1),
                ],
                each);
            return graph.Add(
                "Add", [graph.Add("Mul", [standardized, Part("gamma", 0)], x.Shape), Part("beta", norm.Channels)], x.Shape);
        });

    /// <summary>Each group as a channel of its own, brought to mean 0 and variance 1; then a factor and an offset per channel.</summary>
    private static OnnxValue Group(GroupNorm norm, OnnxGraph graph, OnnxValue x)
    {
        var groups = new Shape(norm.Groups);
        OnnxValue rows = graph.Add("Reshape", [x, graph.Constant("groups", 0, norm.Groups, -1)], x.Shape);
        OnnxValue standardized = graph.Add(
            "InstanceNormalization", [rows, Factors(graph, "one", null, groups, 1), Factors(graph, "zero", null, groups, 0)], x.Shape,
            ("epsilon", (float)norm.Epsilon));
        OnnxValue y = graph.Add("Reshape", [standardized, graph.Constant("shape", graph.DimensionsOf(x.Shape))], x.Shape);
        if (norm.Weight is null || norm.Bias is null)
        {
            return y;
        }

        Shape each = x.Shape.Rank == 4 ? new Shape(norm.Channels, 1, 1) : new Shape(norm.Channels);
        y = graph.Add("Mul", [y, graph.Constant("weight", Tensor.FromRowMajor(each, norm.Weight.Value.Span))], x.Shape);
        return graph.Add("Add", [y, graph.Constant("bias", Tensor.FromRowMajor(each, norm.Bias.Value.Span))], x.Shape);
    }

    private static OnnxValue Factors(OnnxGraph graph, string name, Parameter? parameter, Shape shape, float otherwise)
    {
        if (parameter is not null)
        {
            return graph.Constant(name, parameter.Value);
        }

        var same = new Tensor(shape);
        same.Span.Fill(otherwise);
        return graph.Constant(name, same);
    }
}
