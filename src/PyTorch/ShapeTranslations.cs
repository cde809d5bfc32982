using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using static MiniGan.PyTorch.Python;

namespace MiniGan.PyTorch;

/// <summary>Pooling, enlarging, other shapes.</summary>
internal static class ShapeTranslations
{
    public static void AddTo(PyTorchTranslations all) => all
        .Add((AvgPool2D pool, PyTorchSource _, ref Shape x) =>
            Pool("nn.AvgPool2d", new PoolWindow(pool.Kernel, pool.Stride, pool.Padding), ref x))
        .Add((MaxPool2D pool, PyTorchSource _, ref Shape x) =>
            Pool("nn.MaxPool2d", new PoolWindow(pool.Kernel, pool.Stride, pool.Padding), ref x))
        .Add((GlobalAvgPool2D _, PyTorchSource source, ref Shape x) => Global(source.Use("GlobalAvgPool2d"), ref x))
        .Add((GlobalSumPool2D _, PyTorchSource source, ref Shape x) => Global(source.Use("GlobalSumPool2d"), ref x))
        .Add<Upsample2D>(Enlarge)
        .Add((PixelShuffle shuffle, PyTorchSource _, ref Shape x) =>
        {
            int factor = shuffle.Factor;
            x = new Shape(1, x.C / (factor * factor), x.H * factor, x.W * factor);
            return Call("nn.PixelShuffle", $"{factor}");
        })
        .Add((Flatten _, PyTorchSource _, ref Shape x) =>
        {
            x = new Shape(1, x.Count);
            return "nn.Flatten()";
        })
        .Add((Reshape reshape, PyTorchSource _, ref Shape x) =>
        {
            string dimensions = $"({string.Join(", ", reshape.Dimensions)}{(reshape.Dimensions.Count == 1 ? "," : "")})";
            string expression = x.Rank == 2 ? $"nn.Unflatten(1, {dimensions})"
                : reshape.Dimensions.Count == 1 ? "nn.Flatten()"
                : $"nn.Sequential(nn.Flatten(), nn.Unflatten(1, {dimensions}))";
            x = new Shape([1, .. reshape.Dimensions]);
            return expression;
        })
        .Add((Pack pack, PyTorchSource source, ref Shape x) =>
        {
            x = new Shape(1, pack.Size * x.C, x.H, x.W);
            return Call(source.Use("Pack"), $"{pack.Size}");
        });

    private static string Pool(string name, PoolWindow window, ref Shape x)
    {
        x = window.OutputShape(x, name);
        return Call(
            name, Both(window.Kernel), window.Stride == window.Kernel ? null : $"stride={Both(window.Stride)}",
            window.Padding == 0 ? null : $"padding={Both(window.Padding)}");
    }

    private static string Global(string name, ref Shape x)
    {
        x = new Shape(1, x.C);
        return $"{name}()";
    }

    private static string Enlarge(Upsample2D enlarge, PyTorchSource source, ref Shape x)
    {
        Size2D size = enlarge.Size ?? new(x.H * enlarge.Scale.Height, x.W * enlarge.Scale.Width);
        bool isRounded = enlarge.Mode == UpsampleMode.Nearest && enlarge.Size is not null &&
            !(IsExact(x.H, size.Height) && IsExact(x.W, size.Width));
        x = new Shape(1, x.C, size.Height, size.Width);
        return isRounded
            ? Call(source.Use("NearestTo"), $"{size.Height}", $"{size.Width}")
            : Call(
                "nn.Upsample",
                enlarge.Size is null ? $"scale_factor={Both(enlarge.Scale)}" : $"size=({size.Height}, {size.Width})",
                enlarge.Mode == UpsampleMode.Nearest ? null : "mode=\"bilinear\"");
    }

    /// <summary>Whether PyTorch, which computes places in float32, finds the same as whole numbers do.</summary>
    private static bool IsExact(int size, int larger)
    {
        float step = (float)size / larger;
        return Enumerable.Range(0, larger).All(i => (long)MathF.Floor(i * step) == (long)i * size / larger);
    }
}
