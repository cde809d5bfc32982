using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>
/// What a module does at the edges of its settings, which are allowed; beyond them see
/// <see cref="LayerTests.Layers_that_cannot_be_are_refused"/>.
/// </summary>
public sealed class RangeTests
{
    private static readonly Tensor X = Tensor.FromRowMajor(new Shape(2, 1, 1, 2), [1, 3, 5, 7]);

    [Fact]
    public void Dropout_of_nothing_keeps_everything()
    {
        var dropout = new Dropout(0, new RandomSource(1, "d"));
        Assert.Equal(X.ToRowMajor(), dropout.Forward(X).ToRowMajor());
        Assert.Equal(X.ToRowMajor(), dropout.Backward(X).ToRowMajor());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(-0.01, new RandomSource(1, "d")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(double.NaN, new RandomSource(1, "d")));
    }

    /// <summary>1, 3, 5, 7: mean 4, unbiased variance 20/3.</summary>
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 4, 20 / 3f)]
    public void The_momentum_of_a_normalisation_goes_from_nothing_to_the_last_batch_alone(double momentum, float mean, float variance)
    {
        var norm = new BatchNorm2D(1, momentum: momentum);
        norm.Forward(X);
        norm.Forward(X);
        Assert.Equal(mean, norm.RunningMean[0], 1e-6f);
        Assert.Equal(variance, norm.RunningVariance[0], 1e-5f);
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(1, momentum: -0.1));
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(1, epsilon: double.NaN));
    }

    /// <summary>Two values are enough to normalise, and they become −1 and 1.</summary>
    [Fact]
    public void Two_values_are_the_fewest_that_can_be_normalised()
    {
        float[] y = new BatchNorm2D(1, epsilon: 1e-12).Forward(Tensor.FromRowMajor(new Shape(1, 1, 1, 2), [3, 5])).ToRowMajor();
        Assert.Equal(-1, y[0], 1e-5f);
        Assert.Equal(1, y[1], 1e-5f);
        var inference = new BatchNorm2D(1, epsilon: 3);
        inference.SetTraining(false);
        Assert.Equal(2.5f, inference.Forward(Tensor.FromRowMajor(new Shape(1, 1, 1, 1), [5]))[0]); // 5 / √(1 + 3)
    }

    [Fact]
    public void A_leak_of_nothing_is_a_rectifier()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(3), [-2, 0, 2]);
        Assert.Equal(new ReLU().Forward(x).ToRowMajor(), new LeakyReLU(0).Forward(x).ToRowMajor());
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyReLU(1));
    }

    [Fact]
    public void One_of_everything_is_enough()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 1), [3]);
        var linear = new Linear(1, 1);
        linear.Weight.Value[0, 0] = 2;
        linear.Bias!.Value[0] = 1;
        Assert.Equal([7], linear.Forward(x).ToRowMajor());
        var convolution = new Conv2D(1, 1, 1, bias: false);
        convolution.Weight.Value[0, 0, 0, 0] = 2;
        Assert.Equal([6], convolution.Forward(Tensor.FromRowMajor(new Shape(1, 1, 1, 1), [3])).ToRowMajor());
        var select = new ClassLogit(1);
        select.SetLabels([0]);
        Assert.Equal([3], select.Forward(x).ToRowMajor());
        var join = new ConcatOneHot(1);
        join.SetLabels([0]);
        Assert.Equal([3, 1], join.Forward(x).ToRowMajor());
        Assert.Equal(new Shape(1, 1, 1, 1), new Reshape(1, 1, 1).Forward(x).Shape);
        Assert.Equal([3], new Pack(1).Forward(Tensor.FromRowMajor(new Shape(1, 1, 1, 1), [3])).ToRowMajor());
    }

    /// <summary>As long as nothing is a whole vector register's, every element must be reached: around each length.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(16384)]
    [InlineData(16385)]
    [InlineData(40000)]
    public void Activations_reach_every_element(int count)
    {
        Tensor x = Values.Normal(new Shape(count), "x"), dy = Values.Normal(new Shape(count), "dy");
        (Module Module, Func<double, double> F, Func<double, double> Slope)[] activations =
        [
            (new ReLU(), v => Math.Max(0, v), v => v > 0 ? 1 : 0), (new LeakyReLU(0.25f), v => v > 0 ? v : v / 4, v => v > 0 ? 1 : 0.25),
            (new Tanh(), Math.Tanh, v => 1 - (Math.Tanh(v) * Math.Tanh(v))), (new Sigmoid(), Sigmoid, v => Sigmoid(v) * (1 - Sigmoid(v))),
        ];
        foreach ((Module module, Func<double, double> f, Func<double, double> slope) in activations)
        {
            Tensor y = module.Forward(x), dx = module.Backward(dy);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(f(x[i]), y[i], 1e-5);
                Assert.Equal(slope(x[i]) * dy[i], dx[i], 1e-5);
            }
        }

        static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));
    }
}
