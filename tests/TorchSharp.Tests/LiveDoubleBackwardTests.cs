using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using static TorchSharp.torch;
using Module = MiniGan.Modules.Module;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Live;

/// <summary>Modules whose J depends on x against TorchSharp's autograd, which differentiates its own backward pass.</summary>
public sealed class LiveDoubleBackwardTests
{
    private delegate TorchTensor Function(TorchTensor x, IReadOnlyList<TorchTensor> parameters);

    private static readonly Dictionary<string, (Func<Module> Ours, Function Theirs, Shape Input)> Cases = new()
    {
        ["self-attention"] = (() => new SelfAttention2D(16), Attention, new(3, 16, 6, 5)),
        ["self-attention of odd sizes"] = (() => new SelfAttention2D(24), Attention, new(2, 24, 7, 9)),
        ["self-attention of few channels"] = (() => new SelfAttention2D(3), Attention, new(1, 3, 4, 3)),
        ["deviation"] = (() => new MinibatchStdDev(3, 2), (x, _) => Deviation(x, 3, 2), new(6, 4, 3, 5)),
        ["deviation of a small batch"] = (() => new MinibatchStdDev(), (x, _) => Deviation(x, 2, 1), new(2, 3, 4, 2)),
        ["softmax"] = (() => new Softmax(), (x, _) => nn.functional.softmax(x, 1), new(2, 7, 3, 2)),
        ["softmax of rows"] = (() => new Softmax(), (x, _) => nn.functional.softmax(x, 1), new(5, 19)),
    };

    public LiveDoubleBackwardTests() => TorchRuntime.Load();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [LiveTheory]
    [MemberData(nameof(Names))]
    public void Both_derivatives_are_TorchSharps(string name)
    {
        (Func<Module> make, Function theirs, Shape input) = Cases[name];
        Module ours = make();
        foreach (Parameter parameter in ours.Parameters)
        {
            new RandomSource(3, $"{name} {parameter.Value.Shape}").FillNormal(parameter.Value.Span, 0.1f, 0.4f);
        }

        using var scope = NewDisposeScope();
        TorchTensor[] parameters = [.. ours.Parameters.Select(parameter => ToTorch(parameter.Value))];
        Tensor x = Normal(input, "x"), y = ours.Forward(x), dy = Normal(y.Shape, "dy"), ddx = Normal(input, "ddx");
        TorchTensor torchX = ToTorch(x), torchDy = ToTorch(dy), torchY = theirs(torchX, parameters);
        AssertClose("y", torchY, y);

        TorchTensor[] first = [.. autograd.grad([torchY], [torchX, .. parameters], [torchDy], retain_graph: true, create_graph: true)];
        AssertClose("dx", first[0], ours.Backward(dy));
        AssertClose(first[1..], ours);

        // P = Σ ddx · dx, to dy, x and the parameters.
        TorchTensor penalty = (first[0] * ToTorch(ddx)).sum();
        TorchTensor[] second = [.. autograd.grad([penalty], [torchDy, torchX, .. parameters], allow_unused: true)];
        ours.ZeroGradients();
        AssertClose("ddy", second[0], ours.DoubleBackward(ddx));
        AssertClose("the curvature", second[1], ours.Backward(new Tensor(y.Shape)));
        AssertClose(second[2..], ours);
    }

    /// <summary>BigGAN-PyTorch's Attention, of its gamma and the weights of theta, phi, g and o.</summary>
    private static TorchTensor Attention(TorchTensor x, IReadOnlyList<TorchTensor> parameters)
    {
        long n = x.shape[0], height = x.shape[2], width = x.shape[3];
        TorchTensor theta = nn.functional.conv2d(x, parameters[1]).view(n, -1, height * width);
        TorchTensor phi = nn.functional.max_pool2d(nn.functional.conv2d(x, parameters[2]), [2, 2]).view(n, parameters[2].shape[0], -1);
        TorchTensor g = nn.functional.max_pool2d(nn.functional.conv2d(x, parameters[3]), [2, 2]).view(n, parameters[3].shape[0], -1);
        TorchTensor beta = nn.functional.softmax(bmm(theta.transpose(1, 2), phi), -1);
        TorchTensor o = nn.functional.conv2d(bmm(g, beta.transpose(1, 2)).view(n, -1, height, width), parameters[4]);
        return (parameters[0] * o) + x;
    }

    /// <summary>StyleGAN2-ADA's MinibatchStdLayer, of batches of at least a group.</summary>
    private static TorchTensor Deviation(TorchTensor x, long group, long channels)
    {
        long n = x.shape[0], c = x.shape[1], height = x.shape[2], width = x.shape[3];
        TorchTensor y = x.reshape(group, -1, channels, c / channels, height, width);
        y = y - y.mean([0], keepdim: true);
        y = (y.square().mean([0]) + 1e-8).sqrt().mean([2, 3, 4]);
        return cat([x, y.reshape(n / group, channels, 1, 1).repeat(group, 1, height, width)], 1);
    }

    private static Tensor Normal(Shape shape, string name)
    {
        var tensor = new Tensor(shape);
        new RandomSource(1, name).FillNormal(tensor.Span);
        return tensor;
    }

    private static TorchTensor ToTorch(Tensor values) =>
        tensor(values.ToRowMajor(), [.. values.Shape.ToArray().Select(size => (long)size)]).requires_grad_();

    private static void AssertClose(TorchTensor[] gradients, Module ours)
    {
        foreach ((TorchTensor gradient, Parameter parameter) in gradients.Zip(ours.Parameters))
        {
            AssertClose(parameter.Name, gradient, parameter.Gradient, 1e-4);
        }
    }

    private static void AssertClose(string what, TorchTensor expected, Tensor actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.shape, actual.Shape.ToArray().Select(size => (long)size));
        float[] values = expected.contiguous().data<float>().ToArray();
        float scale = 1 + values.Max(Math.Abs);
        Assert.All(values.Zip(actual.ToRowMajor()), pair => Assert.True(
            Math.Abs(pair.First - pair.Second) <= tolerance * scale, $"{what}: expected {pair.First}, but got {pair.Second}"));
    }
}
