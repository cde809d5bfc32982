using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using static TorchSharp.torch;
using Module = MiniGan.Modules.Module;
using Tensor = MiniGan.Tensors.Tensor;
using UpsampleMode = MiniGan.Modules.UpsampleMode;

namespace MiniGan.Tests.Live;

/// <summary>Modules without weights against TorchSharp's functions, forward and by its autograd.</summary>
public sealed class LiveModuleTests
{
    private static readonly Dictionary<string, (Func<Module> Ours, Func<TorchTensor, TorchTensor> Theirs, double Tolerance)> Cases = new()
    {
        ["nearest"] =
            (() => new Upsample2D(2), x => nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest), 0),
        ["nearest to a size"] =
            (() => Upsample2D.To((11, 15)), x => nn.functional.interpolate(x, size: [11, 15], mode: InterpolationMode.Nearest), 0),
        ["bilinear to a size"] = (
            () => Upsample2D.To((11, 15), UpsampleMode.Bilinear),
            x => nn.functional.interpolate(x, size: [11, 15], mode: InterpolationMode.Bilinear, align_corners: false), 4e-6),
        ["bilinear"] = (
            () => new Upsample2D((2, 3), UpsampleMode.Bilinear),
            x => nn.functional.interpolate(x, scale_factor: [2, 3], mode: InterpolationMode.Bilinear, align_corners: false), 4e-6),
        ["pixel shuffle"] = (() => new PixelShuffle(2), x => nn.functional.pixel_shuffle(x, 2), 0),
        ["average"] = (
            () => new AvgPool2D((2, 3), (2, 1), (1, 1)),
            x => nn.functional.avg_pool2d(x, [2, 3], [2, 1], [1, 1]), 1e-6),
        ["largest"] = (
            () => new MaxPool2D((2, 3), (2, 1), (1, 1)), x => nn.functional.max_pool2d(x, [2, 3], [2, 1], [1, 1]), 1e-6),
        ["global sum"] = (() => new GlobalSumPool2D(), x => x.sum([2, 3]), 1e-6),
        ["global average"] = (() => new GlobalAvgPool2D(), x => x.mean([2, 3]), 1e-6),
        ["ELU"] = (() => new ELU(0.7f), x => nn.functional.elu(x, 0.7), 1e-6),
        ["softplus"] = (() => new Softplus(), x => nn.functional.softplus(x, 1, 20), 1e-6),
    };

    public LiveModuleTests() => TorchRuntime.Load();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [LiveTheory]
    [MemberData(nameof(Names))]
    public void Results_and_gradients_are_TorchSharps(string name)
    {
        (Func<Module> make, Func<TorchTensor, TorchTensor> theirs, double tolerance) = Cases[name];
        Module ours = make();
        foreach (Shape shape in new[] { new Shape(2, 8, 5, 4), new Shape(1, 4, 3, 7), new Shape(3, 12, 2, 2) })
        {
            using var scope = NewDisposeScope();
            Tensor x = new(shape);
            new RandomSource(1, name).FillNormal(x.Span);
            long[] sizes = [.. shape.ToArray().Select(size => (long)size)];
            TorchTensor torchX = tensor(x.ToRowMajor(), sizes).requires_grad_(), torchY = theirs(torchX);
            Tensor y = ours.Forward(x), dy = new(y.Shape);
            Assert.Equal(torchY.shape, y.Shape.ToArray().Select(size => (long)size));
            new RandomSource(2, name).FillNormal(dy.Span);
            torchY.backward([tensor(dy.ToRowMajor(), torchY.shape)]);
            AssertClose(torchY.data<float>().ToArray(), y.ToRowMajor(), tolerance);
            AssertClose(torchX.grad!.data<float>().ToArray(), ours.Backward(dy).ToRowMajor(), Math.Max(tolerance, 1e-6));
        }
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(
            expected.Zip(actual),
            pair => Assert.InRange(
                pair.Second, pair.First - (tolerance * (1 + Math.Abs(pair.First))), pair.First + (tolerance * (1 + Math.Abs(pair.First)))));
    }
}
