using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Optimizers;

public sealed class AdamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4097)]
    public void Ten_steps_follow_the_paper(int count)
    {
        const double alpha = 0.01, beta1 = 0.5, beta2 = 0.99, epsilon = 1e-8;
        var parameter = new Parameter("weight", new Shape(count));
        Values.Normal(new Shape(count), "θ").Span.CopyTo(parameter.Value.Span);
        double[] theta = [.. parameter.Value.ToRowMajor().Select(value => (double)value)], m = new double[count], v = new double[count];
        var adam = new Adam([parameter], alpha, beta1, beta2, epsilon);
        for (int t = 1; t <= 10; t++)
        {
            Values.Normal(new Shape(count), $"g{t}").Span.CopyTo(parameter.Gradient.Span);
            adam.Step();
            for (int i = 0; i < count; i++)
            {
                double g = parameter.Gradient.Span[i];
                m[i] = (beta1 * m[i]) + ((1 - beta1) * g);
                v[i] = (beta2 * v[i]) + ((1 - beta2) * g * g);
                theta[i] -= alpha * (m[i] / (1 - Math.Pow(beta1, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, t))) + epsilon);
            }
        }

        Assert.Equal(10, adam.Steps);
        Assert.All(theta.Zip(parameter.Value.ToRowMajor()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void The_learning_rate_may_change_between_steps()
    {
        var parameter = new Parameter("weight", new Shape(1));
        parameter.Gradient.Span.Fill(2);
        var adam = new Adam([parameter], 0.5);
        adam.Step();
        adam.LearningRate = 0.25;
        adam.Step();
        Assert.Equal(-0.75f, parameter.Value[0], 1e-5f); // of equal gradients each step has the size of the rate
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.LearningRate = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.LearningRate = double.NaN);
        Assert.Equal(0.25, adam.LearningRate);
    }

    [Fact]
    public void The_first_step_has_the_size_of_the_learning_rate()
    {
        var parameter = new Parameter("weight", new Shape(2));
        parameter.Gradient.CopyFromRowMajor([1e-3f, -1000]);
        new Adam([parameter], 0.25).Step();
        Assert.Equal(-0.25f, parameter.Value[0], 1e-5f);
        Assert.Equal(0.25f, parameter.Value[1], 1e-5f);
    }

    [Fact]
    public void Epsilon_stands_outside_the_root()
    {
        var parameter = new Parameter("weight", new Shape(1));
        parameter.Gradient.Span[0] = 1e-8f;
        new Adam([parameter], 0.5, epsilon: 1e-8).Step();
        Assert.Equal(-0.25f, parameter.Value[0], 1e-4f); // 0.5 · 1e-8 / (1e-8 + 1e-8)
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new Adam(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([], learningRate: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([], learningRate: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([], beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([], beta2: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([], epsilon: 0));
    }
}
