using MiniGan.Modules;
using MiniGan.Tensors;
using static MiniGan.PyTorch.Python;

namespace MiniGan.PyTorch;

/// <summary>Other layers with weights, normalisations, activations, and what draws at random.</summary>
internal static class LayerTranslations
{
    private const double Epsilon = 1e-5, Momentum = 0.1;

    public static void AddTo(PyTorchTranslations all) => all
        .Add((Linear layer, PyTorchSource _, ref Shape x) =>
        {
            x = new Shape(1, layer.Weight.Value.Shape.N);
            return Call("nn.Linear", $"{layer.Weight.Value.Shape.C}", $"{x.C}", layer.Bias is null ? "bias=False" : null);
        })
        .Add((Embedding layer, PyTorchSource source, ref Shape x) =>
        {
            x = new Shape(1, layer.Features);
            return Call(source.Use("ClassEmbedding"), $"{layer.Classes}", $"{layer.Features}");
        })
        .Add((SpectralNorm norm, PyTorchSource source, ref Shape x) =>
        {
            source.HasSpectralNorm = true;
            return Call("spectral_norm", source.Translate("", norm.Inner, ref x));
        })
        .Same<BatchNorm2D>(norm => Call(
            "nn.BatchNorm2d", $"{norm.RunningMean.Shape.N}", EpsilonOf(norm.Epsilon), MomentumOf(norm.Momentum),
            norm.Weight is null ? "affine=False" : null))
        .Add((ConditionalBatchNorm2D norm, PyTorchSource source, ref Shape _) =>
        {
            var inner = (BatchNorm2D)norm.Children[0];
            return Call(
                source.Use("ConditionalBatchNorm2d"), $"{norm.Channels}", $"{norm.Classes}", EpsilonOf(inner.Epsilon),
                MomentumOf(inner.Momentum));
        })
        .Same<GroupNorm>(norm => Call(
            "nn.GroupNorm", $"{norm.Groups}", $"{norm.Channels}", EpsilonOf(norm.Epsilon), norm.Weight is null ? "affine=False" : null))
        .Same<InstanceNorm2D>(norm => Call(
            "nn.InstanceNorm2d", $"{norm.Channels}", EpsilonOf(norm.Epsilon), norm.Weight is null ? null : "affine=True"))
        .Same<LayerNorm>(norm => Call(
            "nn.LayerNorm", $"[{string.Join(", ", norm.Dimensions)}]", EpsilonOf(norm.Epsilon),
            norm.Weight is null ? "elementwise_affine=False" : null))
        .Add((PixelNorm norm, PyTorchSource source, ref Shape _) =>
            Call(source.Use("PixelNorm"), norm.Epsilon == 1e-8 ? null : Number(norm.Epsilon)))
        .Same<ReLU>(_ => "nn.ReLU()")
        .Same<LeakyReLU>(leaky => Call("nn.LeakyReLU", Number(leaky.Slope)))
        .Same<PReLU>(leaky => Call("nn.PReLU", leaky.Weight.Value.Shape.N == 1 ? null : $"{leaky.Weight.Value.Shape.N}"))
        .Same<ELU>(elu => Call("nn.ELU", elu.Alpha == 1 ? null : Number(elu.Alpha)))
        .Same<GELU>(_ => "nn.GELU()")
        .Same<SiLU>(_ => "nn.SiLU()")
        .Same<Sigmoid>(_ => "nn.Sigmoid()")
        .Same<Softmax>(_ => "nn.Softmax(dim=1)")
        .Same<Softplus>(_ => "nn.Softplus()")
        .Same<Tanh>(_ => "nn.Tanh()")
        .Same<Dropout>(dropout => Call("nn.Dropout", Number(dropout.Probability)))
        .Same<Dropout2D>(dropout => Call("nn.Dropout2d", Number(dropout.Probability)))
        .Add((DiffAugment augment, PyTorchSource source, ref Shape _) => Call(
            source.Use("DiffAugment"),
            [.. Enum.GetValues<Augmentations>().Where(one => one != Augmentations.None && augment.Policy.HasFlag(one))
                .Select(one => $"{one}".ToLowerInvariant() + "=True")]))
        .Same<Lambda>(_ => "nn.Identity()"); // no other is asked for: see PyTorchTranslations.Translate

    private static string? EpsilonOf(double epsilon) => epsilon == Epsilon ? null : $"eps={Number(epsilon)}";

    private static string? MomentumOf(double? momentum) =>
        momentum == Momentum ? null : $"momentum={(momentum is double value ? Number(value) : "None")}";
}
