using MiniGan.Convolution;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Every module and loss against finite differences.</summary>
public sealed class GradientTests
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    private static Dictionary<string, (Func<Module> Module, Shape Input)> Cases { get; } = new()
    {
        ["Conv2D"] = (() => new Conv2D(2, 3, (3, 2), (2, 1), Padding.Explicit(1, 0, 2, 1)), new(2, 2, 5, 4)),
        ["Conv2D same, dilated, grouped, no bias"] = (() => new Conv2D(4, 6, (2, 3), 1, Padding.Same, (2, 1), groups: 2, bias: false), new(2, 4, 4, 3)),
        ["ConvTranspose2D"] = (() => new ConvTranspose2D(3, 2, (3, 4), 2, 1, outputPadding: (1, 0)), new(2, 3, 3, 2)),
        ["ConvTranspose2D same, grouped, no bias"] = (() => new ConvTranspose2D(4, 6, (5, 2), (2, 3), Padding.Same, groups: 2, bias: false), new(2, 4, 2, 3)),
        ["ConvTranspose2D wide"] = (() => new ConvTranspose2D(3, 20, 2, 2), new(1, 3, 2, 3)),
        ["Linear"] = (() => new Linear(5, 4), new(3, 5)),
        ["Linear without bias"] = (() => new Linear(3, 7, bias: false), new(4, 3)),
        ["BatchNorm2D in training"] = (() => new BatchNorm2D(3), new(4, 3, 2, 3)),
        ["BatchNorm2D in training, one channel"] = (() => new BatchNorm2D(1), new(3, 1, 3, 2)),
        ["BatchNorm2D in training, many channels"] = (() => new BatchNorm2D(19), new(6, 19, 1, 1)),
        ["BatchNorm2D in inference"] = (() => Inference(Trained(new BatchNorm2D(3), new(8, 3, 2, 2))), new(4, 3, 2, 3)),
        ["ReLU"] = (() => new ReLU(), new(2, 3, 3, 5)),
        ["LeakyReLU"] = (() => new LeakyReLU(0.2f), new(3, 13)),
        ["Tanh"] = (() => new Tanh(), new(2, 2, 3, 3)),
        ["Sigmoid"] = (() => new Sigmoid(), new(2, 2, 3, 3)),
        ["Dropout in inference"] = (() => Inference(new Dropout(0.5, new RandomSource(1, "d"))), new(2, 9)),
        ["Flatten"] = (() => new Flatten(), new(2, 3, 2, 4)),
        ["Reshape"] = (() => new Reshape(3, 2, 4), new(2, 24)),
        ["Reshape between images"] = (() => new Reshape(4, 3, 2), new(2, 2, 3, 4)),
        ["Sequential"] = (() => new Sequential(
            new Linear(4, 12), new Reshape(3, 2, 2), new BatchNorm2D(3), new Tanh(), new ConvTranspose2D(3, 2, 4, 2, 1), new Sigmoid(), new Conv2D(2, 3, 3), new Flatten(), new Linear(12, 2)), new(3, 4)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        (Func<Module> make, Shape input) = Cases[name];
        Module module = make();
        foreach (Parameter parameter in module.Parameters)
        {
            new RandomSource(3, name).FillNormal(parameter.Value.Span, 0.2f, 0.5f);
        }

        Tensor x = Values.Normal(input, name);
        if (module is LeakyReLU)
        {
            // Away from the kink at 0, where there is no derivative.
            foreach (ref float value in x.Span)
            {
                value += 0.1f * Math.Sign(value);
            }
        }

        GradientCheck.Check(module, x);
    }

    [Fact]
    public void Dropout_in_training_passes_on_what_it_kept()
    {
        var dropout = new Dropout(0.25, new RandomSource(5, "dropout"));
        Tensor x = new(new Shape(100, 100));
        x.Span.Fill(3);
        Tensor y = dropout.Forward(x).Clone();
        Assert.All(y.ToRowMajor(), value => Assert.True(value is 0 or 4));
        Assert.InRange(y.ToRowMajor().Count(value => value == 0), 2300, 2700);
        Assert.Equal(y.ToRowMajor(), dropout.Backward(x).ToRowMajor());
        Assert.NotEqual(y.ToRowMajor(), dropout.Forward(x).ToRowMajor());
        dropout.SetTraining(false);
        Assert.Equal(x.ToRowMajor(), dropout.Forward(x).ToRowMajor());
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(0.9f)]
    public void Binary_cross_entropy_agrees_with_finite_differences(float target)
    {
        var loss = new BinaryCrossEntropyWithLogits();
        Tensor z = Values.Normal(new Shape(5, 3), "z");
        loss.Forward(z, target);
        Tensor gradient = loss.Backward().Clone();
        for (int i = 0; i < z.Span.Length; i++)
        {
            const float h = 1f / 256;
            float before = z.Span[i];
            z.Span[i] = before + h;
            double above = loss.Forward(z, target);
            z.Span[i] = before - h;
            double below = loss.Forward(z, target);
            z.Span[i] = before;
            Assert.Equal((above - below) / (2 * h), gradient.Span[i], 1e-5);
        }
    }

    private static Module Inference(Module module)
    {
        module.SetTraining(false);
        return module;
    }

    private static BatchNorm2D Trained(BatchNorm2D module, Shape shape)
    {
        module.Forward(Values.Normal(shape, "training"));
        return module;
    }
}
