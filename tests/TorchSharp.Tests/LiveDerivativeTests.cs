using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using Module = MiniGan.Modules.Module;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Live;

/// <summary>
/// Modules against TorchSharp's functions of x and of their parameters: y, the gradients of Σ y · dy, and those of P = Σ dx · q, by its
/// autograd of its autograd.
/// </summary>
public sealed class LiveDerivativeTests
{
    private static readonly Shape Images = new(3, 4, 5, 3), Rows = new(5, 6);

    private static readonly Dictionary<string, (Func<Module>, Shape, Func<TorchTensor, TorchTensor[], TorchTensor>)> Cases = new()
    {
        ["tanh"] = (() => new Tanh(), Images, (x, _) => x.tanh()),
        ["sigmoid"] = (() => new Sigmoid(), Images, (x, _) => x.sigmoid()),
        ["ELU"] = (() => new ELU(0.7f), Images, (x, _) => elu(x, 0.7)),
        ["softplus"] = (() => new Softplus(), Images, (x, _) => softplus(x, 1, 20)),
        ["SiLU"] = (() => new SiLU(), Images, (x, _) => silu(x)),
        ["GELU"] = (() => new GELU(), Images, (x, _) => gelu(x)),
        ["PReLU"] = (() => new PReLU(), Images, (x, p) => prelu(x, p[0])),
        ["PReLU per channel"] = (() => new PReLU(4), Images, (x, p) => prelu(x, p[0])),
        ["PReLU of rows"] = (() => new PReLU(6), Rows, (x, p) => prelu(x, p[0])),
        ["group"] = (() => new GroupNorm(2, 4), Images, (x, p) => group_norm(x, 2, p[0], p[1], 1e-5)),
        ["group of rows"] = (() => new GroupNorm(2, 6), Rows, (x, p) => group_norm(x, 2, p[0], p[1], 1e-5)),
        ["group alone"] = (() => new GroupNorm(1, 4, 0.1, affine: false), Images, (x, _) => group_norm(x, 1, eps: 0.1)),
        ["instance"] = (() => new InstanceNorm2D(4), Images, (x, _) => instance_norm(x)),
        ["instance with factors"] =
            (() => new InstanceNorm2D(4, affine: true), Images, (x, p) => instance_norm(x, weight: p[0], bias: p[1])),
        ["layer"] = (() => new LayerNorm(4, 5, 3), Images, (x, p) => layer_norm(x, [4, 5, 3], p[0], p[1], 1e-5)),
        ["layer of rows"] = (() => new LayerNorm(6), Rows, (x, p) => layer_norm(x, [6], p[0], p[1], 1e-5)),
        ["layer alone"] = (() => new LayerNorm(1e-3, false, 4, 5, 3), Images, (x, _) => layer_norm(x, [4, 5, 3], eps: 1e-3)),
        ["pixel"] = (() => new PixelNorm(), Images, (x, _) => x / (x.square().mean([1], keepdim: true) + 1e-8).sqrt()),
        ["pixel of rows"] = (() => new PixelNorm(0.5), Rows, (x, _) => x / (x.square().mean([1], keepdim: true) + 0.5).sqrt()),
        ["projection"] = (
            () => Labelled(new ProjectionLogit(6, 3), 2, 0, 1, 1, 2), Rows,
            (x, p) => linear(x, p[0], p[1]) + (p[2].index_select(0, tensor(new long[] { 2, 0, 1, 1, 2 })) * x).sum(1, keepdim: true)),
        ["embedding"] = (
            () => new Sequential(new Concat(Lambda.Identity(), Labelled(new Embedding(3, 2), 2, 0, 1, 1, 2)), new SiLU()), Rows,
            (x, p) => silu(cat([x, p[0].index_select(0, tensor(new long[] { 2, 0, 1, 1, 2 }))], 1))),
        ["discriminator"] = (
            () => new Sequential(
                new Conv2D(4, 3, 3, 2, 1), new GroupNorm(3, 3), new SiLU(), new Residual(new Sequential(new Conv2D(3, 3, 1), new GELU())),
                new Flatten(), new LayerNorm(18), new Linear(18, 1)),
            Images, Discriminator),
    };

    public LiveDerivativeTests() => TorchRuntime.Load();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [LiveTheory]
    [MemberData(nameof(Names))]
    public void First_and_second_derivatives_are_TorchSharps(string name)
    {
        (Func<Module> make, Shape shape, Func<TorchTensor, TorchTensor[], TorchTensor> theirs) = Cases[name];
        using var scope = NewDisposeScope();
        Module ours = make();
        foreach (Parameter parameter in ours.Parameters)
        {
            new RandomSource(3, parameter.Value.Shape.ToString()).FillNormal(parameter.Value.Span, 0.3f, 0.6f);
        }

        Tensor x = Random(shape, "x"), y = ours.Forward(x), dy = Random(y.Shape, "dy"), q = Random(shape, "q");
        TorchTensor torchX = Torch(x), torchDy = Torch(dy);
        TorchTensor[] parameters = [.. ours.Parameters.Select(parameter => Torch(parameter.Value))];
        TorchTensor torchY = theirs(torchX, parameters);
        AssertClose(torchY, y);

        ours.ZeroGradients();
        Tensor dx = ours.Backward(dy).Clone();
        TorchTensor[] first = [.. autograd.grad([torchY], [torchX, .. parameters], [torchDy], retain_graph: true, create_graph: true)];
        AssertClose(first[0], dx);
        foreach ((Parameter parameter, TorchTensor gradient) in ours.Parameters.Zip(first[1..]))
        {
            AssertClose(gradient, parameter.Gradient);
        }

        ours.ZeroGradients();
        Tensor ddy = ours.DoubleBackward(q).Clone(), ofX = ours.HasCurvature ? ours.Backward(new Tensor(y.Shape)) : new Tensor(shape);
        TorchTensor penalty = (first[0] * Torch(q)).sum();
        TorchTensor?[] second = [.. autograd.grad([penalty], [torchDy, torchX, .. parameters], null, false, false, allow_unused: true)];
        AssertClose(second[0], ddy);
        AssertClose(second[1], ofX);
        foreach ((Parameter parameter, TorchTensor? gradient) in ours.Parameters.Zip(second[2..]))
        {
            AssertClose(gradient, parameter.Gradient);
        }
    }

    private static TorchTensor Discriminator(TorchTensor x, TorchTensor[] p)
    {
        TorchTensor h = silu(group_norm(conv2d(x, p[0], p[1], [2, 2], [1, 1]), 3, p[2], p[3], 1e-5));
        h = h + gelu(conv2d(h, p[4], p[5]));
        return linear(layer_norm(h.flatten(1), [18], p[6], p[7], 1e-5), p[8], p[9]);
    }

    private static T Labelled<T>(T module, params int[] labels)
        where T : Module
    {
        foreach (IClassConditional conditional in module.Descendants().OfType<IClassConditional>())
        {
            conditional.SetLabels(labels);
        }

        return module;
    }

    private static Tensor Random(Shape shape, string name)
    {
        Tensor values = new(shape);
        new RandomSource(1, name).FillNormal(values.Span);
        return values;
    }

    private static TorchTensor Torch(Tensor values) =>
        tensor(values.ToRowMajor(), [.. values.Shape.ToArray().Select(size => (long)size)]).requires_grad_();

    /// <summary>Unless autograd says that nothing depends on it: then the gradient is 0.</summary>
    private static void AssertClose(TorchTensor? expected, Tensor actual)
    {
        float[] theirs = expected is null || expected.IsInvalid
            ? new float[actual.Shape.Count]
            : expected.cpu().contiguous().data<float>().ToArray();
        float[] ours = actual.ToRowMajor();
        Assert.Equal(theirs.Length, ours.Length);
        Assert.All(theirs.Zip(ours), pair => Assert.InRange(
            pair.Second, pair.First - (2e-5 * (1 + Math.Abs(pair.First))), pair.First + (2e-5 * (1 + Math.Abs(pair.First)))));
    }
}
