using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Onnx;

/// <summary>Modules made of others, those that know labels, and the one that looks at other images of the batch.</summary>
internal static class CompositeTranslations
{
    public static void AddTo(OnnxTranslations all) => all
        .Add<Sequential>((chain, graph, x) =>
        {
            for (int i = 0; i < chain.Count; i++)
            {
                x = graph.Translate(chain.ChildNames[i], chain[i], x);
            }

            return x;
        })
        .Add<Residual>((residual, graph, x) =>
        {
            OnnxValue main = graph.Translate("main", residual.Children[0], x);
            return graph.Add(
                "Add", [main, residual.Children.Count > 1 ? graph.Translate("shortcut", residual.Children[1], x) : x], main.Shape);
        })
        .Add<Concat>((concat, graph, x) =>
        {
            OnnxValue[] parts = [.. concat.Children.Select((part, i) => graph.Translate(concat.ChildNames[i], part, x))];
            return Joined(graph, parts.Sum(part => part.Shape.C), parts);
        })
        .Add<ConcatOneHot>((join, graph, x) =>
        {
            // Row n is the unit vector of class n: to gather them refuses labels that are no class.
            var unit = new Tensor(new Shape(join.Classes, join.Classes));
            for (int label = 0; label < join.Classes; label++)
            {
                unit[label, label] = 1;
            }

            OnnxValue oneHot = graph.Add("Gather", [graph.Constant("one_hot", unit), graph.Labels], new Shape(1, join.Classes));
            return Joined(graph, x.Shape.C + join.Classes, x, oneHot);
        })
        .Add<ClassLogit>((_, graph, x) => graph.Add(
            "GatherElements",
            [x, graph.Add("Unsqueeze", [graph.Labels, graph.Constant("axis", 1)], new Shape(1, 1))],
            new Shape(1, 1),
            ("axis", 1L)))
        .Add<ProjectionLogit>((logit, graph, x) =>
        {
            OnnxValue how = graph.Translate("linear", logit.Children[0], x), vectors = graph.Translate("embedding", logit.Children[1], x);
            OnnxValue product = graph.Add("Mul", [vectors, x], x.Shape);
            return graph.Add("Add", [how, graph.Sum(product, how.Shape, keep: true, 1)], how.Shape);
        })
        .Add<SelfAttention2D>(Attend)
        .Add<MinibatchStdDev>(AppendDeviation);

    private static OnnxValue Joined(OnnxGraph graph, int channels, params OnnxValue[] parts)
    {
        Shape first = parts[0].Shape;
        return graph.Add(
            "Concat", parts, first.Rank == 4 ? new Shape(1, channels, first.H, first.W) : new Shape(1, channels), ("axis", 1L));
    }

    /// <summary>x + γ · o(softmax(θᵀφ) · g), φ and g pooled (SAGAN, as in Brock's BigGAN code).</summary>
    private static OnnxValue Attend(SelfAttention2D attention, OnnxGraph graph, OnnxValue x)
    {
        IReadOnlyList<Module> its = attention.Children;
        IReadOnlyList<string> names = attention.ChildNames;
        OnnxValue Part(int i, OnnxValue from) => graph.Translate(names[i], its[i], from);
        OnnxValue Rows(OnnxValue images) => graph.Reshape(images, new Shape(1, images.Shape.C, images.Shape.H * images.Shape.W));
        OnnxValue Transposed(OnnxValue rows) =>
            graph.Add("Transpose", [rows], new Shape(1, rows.Shape.H, rows.Shape.C), ("perm", new long[] { 0, 2, 1 }));

        OnnxValue theta = Rows(Part(0, x)), phi = Rows(Part(4, Part(1, x))), g = Rows(Part(5, Part(2, x)));
        var places = new Shape(1, theta.Shape.H, phi.Shape.H);
        OnnxValue beta = graph.Add(
            "Softmax", [graph.Add("MatMul", [Transposed(theta), phi], places)], places, ("axis", -1L));
        OnnxValue attended = graph.Add("MatMul", [g, Transposed(beta)], new Shape(1, g.Shape.C, theta.Shape.H));
        OnnxValue back = Part(3, graph.Reshape(attended, new Shape(1, g.Shape.C, x.Shape.H, x.Shape.W)));
        return graph.Add(
            "Add", [x, graph.Add("Mul", [back, graph.Constant("gamma", attention.Gamma.Value)], x.Shape)], x.Shape);
    }

    /// <summary>
    /// StyleGAN2-ADA's MinibatchStdLayer: image n is in group n mod (N / size), with size the least of the group's and N. The groups'
    /// number is left to the runtime.
    /// </summary>
    private static OnnxValue AppendDeviation(MinibatchStdDev deviation, OnnxGraph graph, OnnxValue x)
    {
        (int parts, int each) = (deviation.Channels, x.Shape.C / deviation.Channels);
        OnnxValue count = graph.Add("Shape", [x], new Shape(1), ("start", 0L), ("end", 1L));
        OnnxValue size = graph.Add("Min", [count, graph.Constant("group_size", deviation.GroupSize)], new Shape(1));
        OnnxValue shape = graph.Add(
            "Concat", [size, graph.Constant("part", -1, parts, (long)each * x.Shape.H * x.Shape.W)], new Shape(4), ("axis", 0L));
        OnnxValue groups = graph.Add("Reshape", [x, shape], x.Shape);
        OnnxValue distance = graph.Add("Sub", [groups, graph.Mean(groups, x.Shape, keep: true, 0)], x.Shape);
        OnnxValue variance = graph.Mean(graph.Add("Mul", [distance, distance], x.Shape), x.Shape, keep: false, 0);
        OnnxValue sigma = graph.Add("Sqrt", [graph.Add("Add", [variance, graph.Number("epsilon", 1e-8)], x.Shape)], x.Shape);
        OnnxValue mean = graph.Mean(sigma, x.Shape, keep: false, 2);
        OnnxValue pixels = graph.Add("Reshape", [mean, graph.Constant("image", -1, parts, 1, 1)], x.Shape);
        OnnxValue repeats = graph.Add(
            "Concat", [size, graph.Constant("repeats", 1, x.Shape.H, x.Shape.W)], new Shape(4), ("axis", 0L));
        OnnxValue channels = graph.Add("Tile", [pixels, repeats], new Shape(1, parts, x.Shape.H, x.Shape.W));
        return Joined(graph, x.Shape.C + parts, x, channels);
    }
}
