using MiniGan.Modules;

namespace MiniGan.Onnx;

/// <summary>Activations, and what does nothing in inference mode.</summary>
internal static class PlainTranslations
{
    public static void AddTo(OnnxTranslations all) => all
        .Add<ReLU>((_, graph, x) => graph.Add("Relu", [x], x.Shape))
        .Add<LeakyReLU>((leaky, graph, x) => graph.Add("LeakyRelu", [x], x.Shape, ("alpha", leaky.Slope)))
        .Add<ELU>((elu, graph, x) => graph.Add("Elu", [x], x.Shape, ("alpha", elu.Alpha)))
        .Add<SiLU>((_, graph, x) => graph.Add("Mul", [x, graph.Add("Sigmoid", [x], x.Shape)], x.Shape))
        .Add<GELU>((_, graph, x) =>
        {
            // x · (1 + erf(x / √2)) / 2: opset 18 has no Gelu.
            OnnxValue erf = graph.Add("Erf", [graph.Add("Mul", [x, graph.Number("root", Math.Sqrt(0.5))], x.Shape)], x.Shape);
            OnnxValue sum = graph.Add("Add", [erf, graph.Number("one", 1)], x.Shape);
            return graph.Add("Mul", [graph.Add("Mul", [x, sum], x.Shape), graph.Number("half", 0.5)], x.Shape);
        })
        .Add<Sigmoid>((_, graph, x) => graph.Add("Sigmoid", [x], x.Shape))
        .Add<Softmax>((_, graph, x) => graph.Add("Softmax", [x], x.Shape, ("axis", 1L)))
        .Add<Softplus>((_, graph, x) => graph.Add("Softplus", [x], x.Shape))
        .Add<Tanh>((_, graph, x) => graph.Add("Tanh", [x], x.Shape))
        .Add<Dropout>((_, _, x) => x)
        .Add<Dropout2D>((_, _, x) => x)
        .Add<DiffAugment>((_, _, x) => x)
        .Add<Lambda>((_, _, x) => x); // no other is asked for: see OnnxTranslations.Translate
}
