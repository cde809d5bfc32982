using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Layers by hand.</summary>
public sealed class LayerTests
{
    [Fact]
    public void Infinities_pass_through_the_rectifiers()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(3), [float.PositiveInfinity, float.NegativeInfinity, float.NaN]);
        Assert.Equal([float.PositiveInfinity, 0, float.NaN], new ReLU().Forward(x).ToRowMajor());
        Assert.Equal([float.PositiveInfinity, float.NegativeInfinity, float.NaN], new LeakyReLU(0.2f).Forward(x).ToRowMajor());
    }

    [Fact]
    public void Names_and_layouts_are_PyTorchs()
    {
        var network = new Sequential(
            new Linear(3, 8), new Reshape(2, 2, 2), new BatchNorm2D(2), new ConvTranspose2D(2, 3, (3, 4), 2, 1, bias: false),
            new Sequential(new Conv2D(3, 6, (1, 2), groups: 3)));
        Assert.Equal(
            [
                "0.weight [8, 3]", "0.bias [8]", "2.weight [2]", "2.bias [2]", "2.running_mean [2]", "2.running_var [2]",
                "3.weight [2, 3, 3, 4]", "4.0.weight [6, 1, 1, 2]", "4.0.bias [6]",
            ],
            network.State.Select(item => $"{item.Name} {item.Value.Shape}"));
        Assert.Equal(24 + 8 + 2 + 2 + 72 + 12 + 6, network.ParameterCount);
    }

    [Fact]
    public void Flattening_is_row_major_whatever_the_memory()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 2, 2, 3), [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (float)i), new Flatten().Forward(x).Span.ToArray());
        Assert.Equal([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11], x.Span.ToArray());
    }

    [Fact]
    public void Batch_normalisation_by_hand()
    {
        // Channel 0: 1, 3, 5, 7: mean 4, variance 5, unbiased 20/3. Channel 1: constant 2.
        var module = new BatchNorm2D(2, epsilon: 1e-12, momentum: 0.25);
        module.Weight!.Value.CopyFromRowMajor([2, 3]);
        module.Bias!.Value.CopyFromRowMajor([10, 20]);
        Tensor x = Tensor.FromRowMajor(new Shape(2, 2, 1, 2), [1, 3, 2, 2, 5, 7, 2, 2]);
        float[] y = module.Forward(x).ToRowMajor();
        float third = (float)(2 / Math.Sqrt(5));
        float[] expected = [10 - (3 * third), 10 - third, 20, 20, 10 + third, 10 + (3 * third), 20, 20];
        Assert.All(expected.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal([1, 0.5f], module.RunningMean.ToRowMajor());
        Assert.Equal(0.75f + (0.25f * 20 / 3), module.RunningVariance[0], 1e-6f);
        Assert.Equal(0.75f, module.RunningVariance[1]);

        // Inference: by the running mean 1 and the running variance 5.75, whatever the batch, and without moving them.
        module.SetTraining(false);
        double running = Math.Sqrt(0.75 + (0.25 * 20 / 3));
        Assert.Equal(10 + (2 * (7 - 1) / running), module.Forward(x)[1, 0, 0, 1], 1e-5);
        Assert.Equal(20 + (3 * (2 - 0.5) / Math.Sqrt(0.75)), module.Forward(x)[0, 1, 0, 0], 1e-5);
        Assert.Equal([1, 0.5f], module.RunningMean.ToRowMajor());
    }

    [Fact]
    public void Batch_normalisation_keeps_its_precision_far_from_zero()
    {
        Tensor x = Values.Normal(new Shape(64, 3, 16, 16), "x");
        TensorsShift(x, 1000);
        float[] y = new BatchNorm2D(3).Forward(x).ToRowMajor();
        Assert.InRange(y.Average(value => value * value), 0.999, 1.001);
        Assert.InRange(Math.Abs(y.Average()), 0, 1e-3);
    }

    [Fact]
    public void Initialisers_have_their_moments()
    {
        var module = new Conv2D(32, 64, 5);
        module.Bias!.Value.Span.Fill(9);
        Initializers.Dcgan(module, new RandomSource(1, "w"));
        AssertMoments(module.Weight.Value, 0.02);
        Assert.All(module.Bias.Value.ToRowMajor(), value => Assert.Equal(0, value));
        Initializers.HeNormal(module, new RandomSource(1, "w"));
        AssertMoments(module.Weight.Value, Math.Sqrt(2.0 / (32 * 25)));
        Initializers.GlorotUniform(module, new RandomSource(1, "w"));
        double bound = Math.Sqrt(6.0 / ((32 + 64) * 25));
        AssertMoments(module.Weight.Value, bound / Math.Sqrt(3));
        Assert.All(module.Weight.Value.ToRowMajor(), value => Assert.InRange(value, -bound, bound));

        var norm = new BatchNorm2D(1000);
        Initializers.GlorotUniform(norm, new RandomSource(1, "w"));
        Assert.All(norm.Weight!.Value.ToRowMajor(), value => Assert.Equal(1, value));
        norm.Weight.Value.Span.Fill(9);
        Initializers.HeNormal(norm, new RandomSource(1, "w"));
        Assert.All(norm.Weight.Value.ToRowMajor(), value => Assert.Equal(1, value));
        Initializers.Dcgan(norm, new RandomSource(1, "w"));
        Assert.InRange(norm.Weight.Value.ToRowMajor().Average(), 0.99, 1.01);
    }

    [Fact]
    public void Layers_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Conv2D(0, 1, 3));
        Assert.Throws<ArgumentException>(() => new Conv2D(3, 4, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new Conv2D(4, 3, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new Conv2D(4, 4, 0));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2D(4, 3, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2D(1, 1, 3, 2, 1, outputPadding: 2));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2D(1, 1, 3, 2, Padding.Same, outputPadding: 1));
        Assert.Throws<ArgumentException>(() => new Linear(0, 1));
        Assert.Throws<ArgumentException>(() => new Linear(1, 0));
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(0));
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(1, epsilon: 0));
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(1, momentum: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyReLU(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyReLU(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1, new RandomSource(1, "d")));
        Assert.Throws<ArgumentException>(() => new Reshape());
        Assert.Throws<ArgumentException>(() => new Reshape(1, 2, 3, 4));
        Assert.Throws<ArgumentException>(() => new Reshape(0));
        Assert.Throws<ArgumentException>(() => new Reshape(2, 0));
        Assert.Throws<ArgumentNullException>(() => new Reshape(null!));
        Assert.Throws<ArgumentException>(() => new Sequential());
        Assert.Throws<ArgumentNullException>(() => Initializers.Dcgan(null!, new RandomSource(1, "w")));
    }

    [Fact]
    public void A_window_is_needed()
    {
        Assert.Throws<ArgumentNullException>("window", () => new Conv2D(1, 1, (ConvolutionWindow)null!));
        Assert.Throws<ArgumentNullException>("window", () => new ConvTranspose2D(1, 1, (ConvolutionWindow)null!));
    }

    private static void AssertMoments(Tensor weights, double deviation)
    {
        float[] values = weights.ToRowMajor();
        Assert.InRange(values.Average() / deviation, -0.02, 0.02);
        Assert.InRange(Math.Sqrt(values.Average(value => (double)value * value)) / deviation, 0.98, 1.02);
    }

    private static void TensorsShift(Tensor x, float by)
    {
        foreach (ref float value in x.Span)
        {
            value += by;
        }
    }
}
