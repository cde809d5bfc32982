using MiniGan.Convolution;
using MiniGan.Modules;
using static TorchSharp.torch.nn;

namespace MiniGan.TorchSharp.Networks;

/// <summary>Layers with weights, and norms.</summary>
internal static class WeightTranslations
{
    public static void AddTo(TorchTranslations all) => all
        .Add<Conv2D>((layer, its) => x => BuiltInOperation.Conv2D(
            x, its["weight"], its.Find("bias"), layer.Window, layer.GeometryFor(Height(x), Width(x))))
        .Add<ConvTranspose2D>((layer, its) => x => BuiltInOperation.ConvTranspose2D(
            x, its["weight"], its.Find("bias"), layer.Window, layer.GeometryFor(Height(x), Width(x))))
        .Add<TorchConv2D>((layer, its) => x => BuiltInOperation.Conv2D(
            x, its["weight"], its.Find("bias"), layer.Window,
            ConvolutionGeometry.ForImage(layer.Window, layer.InputChannels, layer.Weight.Value.Shape.N, Height(x), Width(x))))
        .Add<TorchConvTranspose2D>((layer, its) => x => BuiltInOperation.ConvTranspose2D(
            x, its["weight"], its.Find("bias"), layer.Window,
            ConvolutionGeometry.ForMap(
                layer.Window, layer.Weight.Value.Shape.C * layer.Window.Groups, layer.InputChannels, Height(x), Width(x))))
        .Add<Linear>((_, its) => x => functional.linear(x, its["weight"], its.Find("bias")))
        .Add<Embedding>((_, its) => _ => its["weight"].index_select(0, its.Labels))
        .Add<PReLU>((_, its) => x => functional.prelu(x, its["weight"]))
        .Add<BatchNorm2D>(BatchNorm)
        .Add<GroupNorm>((norm, its) => x => functional.group_norm(
            x, norm.Groups, its.Find("weight"), its.Find("bias"), norm.Epsilon))
        .Add<InstanceNorm2D>((norm, its) => x => functional.group_norm(
            x, norm.Channels, its.Find("weight"), its.Find("bias"), norm.Epsilon))
        .Add<LayerNorm>((norm, its) =>
        {
            long[] shape = [.. norm.Dimensions.Select(size => (long)size)];
            return x => functional.layer_norm(x, shape, its.Find("weight"), its.Find("bias"), norm.Epsilon);
        })
        .Add<SpectralNorm>(Spectral);

    private static int Height(TorchTensor x) => checked((int)x.shape[2]);

    private static int Width(TorchTensor x) => checked((int)x.shape[3]);

    private static Func<TorchTensor, TorchTensor> BatchNorm(BatchNorm2D norm, TorchModule its) => x =>
    {
        double momentum = norm.Momentum ?? 1;
        if (norm.Momentum is null && its.training)
        {
            using var _ = torch.no_grad();
            momentum = 1 / its["num_batches_tracked"].add_(1).cpu().to(torch.ScalarType.Float64).item<double>();
        }

        return functional.batch_norm(
            x, its["running_mean"], its["running_var"], its.Find("weight"), its.Find("bias"), its.training, momentum, norm.Epsilon);
    };

    /// <summary>
    /// W / σ with σ = uᵀ · W · v, in which u and v count as constants; each forward in training moves them by a step of the power method.
    /// </summary>
    private static Func<TorchTensor, TorchTensor> Spectral(SpectralNorm norm, TorchModule its)
    {
        WeightedModule inner = norm.Inner;
        TorchTensor weight = its["weight_orig"], u = its["weight_u"], v = its["weight_v"];
        Dictionary<string, TorchTensor> state = new() { ["weight"] = weight };
        if (its.Find("bias") is TorchTensor bias)
        {
            state.Add("bias", bias);
        }

        var layer = new TorchModule(inner, its.Context, its.Place, state);
        return x =>
        {
            TorchTensor matrix = (inner.OutputAxis == 0 ? weight : weight.transpose(0, inner.OutputAxis)).flatten(1);
            using (torch.no_grad())
            {
                int iterations = SpectralNorm.IterationsOf(isFirst: v.count_nonzero().item<long>() == 0, its.training);
                for (int i = 0; i < iterations; i++)
                {
                    TorchTensor back = matrix.t().mv(u);
                    v.copy_(back / back.norm());
                    TorchTensor forth = matrix.mv(v);
                    u.copy_(forth / forth.norm());
                }
            }

            // Copies, since the next forward moves u and v, which the backward of this one needs as they are.
            layer["weight"] = weight / u.clone().dot(matrix.mv(v.clone()));
            return layer.forward(x);
        };
    }
}
