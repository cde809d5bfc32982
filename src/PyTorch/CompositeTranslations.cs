using MiniGan.Modules;
using MiniGan.Tensors;
using static MiniGan.PyTorch.Python;

namespace MiniGan.PyTorch;

/// <summary>Modules made of others, and those that know labels.</summary>
internal static class CompositeTranslations
{
    public static void AddTo(PyTorchTranslations all) => all
        .Add((Sequential chain, PyTorchSource source, ref Shape x) =>
        {
            var layers = new List<string>();
            for (int i = 0; i < chain.Count; i++)
            {
                Shape before = x;
                string layer = $"{source.Translate(chain.ChildNames[i], chain[i], ref x)},";
                layers.Add(x == before || layer.Contains('\n', StringComparison.Ordinal) ? layer : $"{layer}  # {Inner(x)}");
            }

            return PyTorchSource.Call(TakesLabels(chain) ? source.Use("ConditionalSequential") : "nn.Sequential", layers);
        })
        .Add((Residual residual, PyTorchSource source, ref Shape x) =>
        {
            Shape shortcut = x;
            List<string> parts = [$"{source.Translate("main", residual.Children[0], ref x)},"];
            if (residual.Children.Count > 1)
            {
                parts.Add($"{source.Translate("shortcut", residual.Children[1], ref shortcut)},");
            }

            return PyTorchSource.Call(source.Use(TakesLabels(residual) ? "ConditionalResidual" : "Residual"), parts);
        })
        .Add((Concat concat, PyTorchSource source, ref Shape x) =>
        {
            Shape output = x;
            int channels = 0;
            var parts = new List<string>();
            for (int i = 0; i < concat.Children.Count; i++)
            {
                output = x;
                parts.Add($"{source.Translate(concat.ChildNames[i], concat.Children[i], ref output)},");
                channels += output.C;
            }

            x = output.Rank == 4 ? new Shape(1, channels, output.H, output.W) : new Shape(1, channels);
            return PyTorchSource.Call(source.Use(TakesLabels(concat) ? "ConditionalConcat" : "Concat"), parts);
        })
        .Add((ConcatOneHot join, PyTorchSource source, ref Shape x) =>
        {
            x = new Shape(1, x.C + join.Classes);
            return Call(source.Use("ConcatOneHot"), $"{join.Classes}");
        })
        .Add((ClassLogit _, PyTorchSource source, ref Shape x) =>
        {
            x = new Shape(1, 1);
            return Call(source.Use("ClassLogit"));
        })
        .Add((ProjectionLogit logit, PyTorchSource source, ref Shape x) =>
        {
            Shape features = x;
            string[] parts =
            [
                $"{source.Translate("linear", logit.Children[0], ref x)},",
                $"{source.Translate("embedding", logit.Children[1], ref features)},",
            ];
            return PyTorchSource.Call(source.Use("ProjectionLogit"), parts);
        })
        .Add((SelfAttention2D attention, PyTorchSource source, ref Shape _) =>
        {
            bool isSpectral = attention.Children[0] is SpectralNorm;
            source.HasSpectralNorm |= isSpectral;
            return Call(source.Use("SelfAttention2d"), $"{attention.Channels}", isSpectral ? "norm=spectral_norm" : null);
        })
        .Add((MinibatchStdDev deviation, PyTorchSource source, ref Shape x) =>
        {
            x = new Shape(1, x.C + deviation.Channels, x.H, x.W);
            return Call(
                source.Use("MinibatchStdDev"), $"{deviation.GroupSize}", deviation.Channels == 1 ? null : $"channels={deviation.Channels}");
        });

    private static bool TakesLabels(Module module) => module.Descendants().Any(part => part is IClassConditional);

    private static string Inner(Shape x) => $"[{string.Join(", ", Enumerable.Range(1, x.Rank - 1).Select(axis => x[axis]))}]";
}
