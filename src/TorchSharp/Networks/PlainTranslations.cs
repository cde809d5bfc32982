using MiniGan.Convolution;
using MiniGan.Modules;
using static TorchSharp.torch.nn;

namespace MiniGan.TorchSharp.Networks;

/// <summary>Modules without weights: activations, pooling, shapes, labels.</summary>
internal static class PlainTranslations
{
    public static void AddTo(TorchTranslations all) => all
        .Add<ReLU>((_, its) => x => functional.relu(x, its.MayOverwrite))
        .Add<LeakyReLU>((leak, its) => x => functional.leaky_relu(x, leak.Slope, its.MayOverwrite))
        .Add<ELU>((elu, _) => x => functional.elu(x, elu.Alpha))
        .Add<GELU>((_, _) => x => functional.gelu(x))
        .Add<SiLU>((_, _) => x => functional.silu(x))
        .Add<Sigmoid>((_, _) => x => x.sigmoid())
        .Add<Softmax>((_, _) => x => x.softmax(1))
        .Add<Softplus>((_, _) => x => functional.softplus(x, 1, 20))
        .Add<Tanh>((_, _) => x => x.tanh())
        .Add<PixelNorm>((norm, _) => x => x / (x.square().mean([1], keepdim: true) + norm.Epsilon).sqrt())
        .Add<AvgPool2D>((pool, _) => x => functional.avg_pool2d(x, Both(pool.Kernel), Both(pool.Stride), Both(pool.Padding)))
        .Add<MaxPool2D>((pool, _) => x => functional.max_pool2d(x, Both(pool.Kernel), Both(pool.Stride), Both(pool.Padding)))
        .Add<GlobalAvgPool2D>((_, _) => x => x.mean([2, 3]))
        .Add<GlobalSumPool2D>((_, _) => x => x.sum([2, 3]))
        .Add<Upsample2D>((enlarge, _) => x => Enlarge(x, enlarge))
        .Add<PixelShuffle>((shuffle, _) => x => functional.pixel_shuffle(x, shuffle.Factor))
        .Add<Flatten>((_, _) => x => x.flatten(1))
        .Add<Reshape>((reshape, _) =>
        {
            long[] dimensions = [.. reshape.Dimensions.Select(size => (long)size)];
            return x => x.reshape([x.shape[0], .. dimensions]);
        })
        .Add<Pack>((pack, _) => x => x.reshape(x.shape[0] / pack.Size, pack.Size * x.shape[1], x.shape[2], x.shape[3]))
        .Add<MinibatchStdDev>((deviation, _) => x => AppendDeviation(x, deviation))
        .Add<Lambda>((_, _) => x => x) // no other is asked for: see FunctionOf
        .Add<ClassLogit>((_, its) => x => x.gather(1, its.Labels.unsqueeze(1)))
        .Add<ConcatOneHot>((conditional, its) => x => torch.cat(
            [x, functional.one_hot(its.Labels, conditional.Classes).to(x.dtype)], 1));

    private static long[] Both(Size2D size) => [size.Height, size.Width];

    private static TorchTensor Enlarge(TorchTensor x, Upsample2D enlarge)
    {
        long[] size = enlarge.Size is Size2D to ? Both(to) : [x.shape[2] * enlarge.Scale.Height, x.shape[3] * enlarge.Scale.Width];
        if (enlarge.Mode == Modules.UpsampleMode.Bilinear)
        {
            return functional.interpolate(x, size, mode: torch.InterpolationMode.Bilinear, align_corners: false);
        }

        if (size[0] % x.shape[2] == 0 && size[1] % x.shape[3] == 0)
        {
            return functional.interpolate(
                x, scale_factor: [size[0] / x.shape[2], size[1] / x.shape[3]], mode: torch.InterpolationMode.Nearest);
        }

        // To a size, interpolate rounds in float32, and is one pixel off at places: of 2 to 82 pixels, at the 41st.
        return x.index_select(2, Nearest(x.shape[2], size[0], x.device)).index_select(3, Nearest(x.shape[3], size[1], x.device));
    }

    /// <summary>⌊i · size / larger⌋ of each place i of a larger axis.</summary>
    private static TorchTensor Nearest(long size, long larger, torch.Device device)
    {
        long[] places = new long[larger];
        for (long i = 0; i < larger; i++)
        {
            places[i] = i * size / larger;
        }

        return torch.tensor(places).to(device);
    }

    /// <summary>StyleGAN2-ADA's MinibatchStdLayer: image n is in group n mod (N / size).</summary>
    private static TorchTensor AppendDeviation(TorchTensor x, MinibatchStdDev deviation)
    {
        (long n, long c, long h, long w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        long size = Math.Min(deviation.GroupSize, n), parts = deviation.Channels;
        TorchTensor groups = x.reshape(size, n / size, parts, c / parts, h, w);
        groups = groups - groups.mean([0], keepdim: true);
        TorchTensor sigma = (groups.square().mean([0]) + 1e-8).sqrt().mean([2, 3, 4]);
        return torch.cat([x, sigma.reshape(n / size, parts, 1, 1).repeat(size, 1, h, w)], 1);
    }
}
