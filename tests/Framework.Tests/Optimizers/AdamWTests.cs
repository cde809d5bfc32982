using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Optimizers;

public sealed class AdamWTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4097)]
    public void Ten_steps_follow_the_paper(int count)
    {
        const double alpha = 0.01, beta1 = 0.5, beta2 = 0.99, epsilon = 1e-8, decay = 0.5;
        var parameter = new Parameter("weight", new Shape(count));
        Values.Normal(new Shape(count), "θ").Span.CopyTo(parameter.Value.Span);
        double[] theta = [.. parameter.Value.ToRowMajor().Select(value => (double)value)], m = new double[count], v = new double[count];
        var adamW = new AdamW([parameter], alpha, beta1, beta2, epsilon, decay);
        for (int t = 1; t <= 10; t++)
        {
            Values.Normal(new Shape(count), $"g{t}").Span.CopyTo(parameter.Gradient.Span);
            adamW.Step();
            for (int i = 0; i < count; i++)
            {
                double g = parameter.Gradient.Span[i];
                m[i] = (beta1 * m[i]) + ((1 - beta1) * g);
                v[i] = (beta2 * v[i]) + ((1 - beta2) * g * g);
                double step = m[i] / (1 - Math.Pow(beta1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, t))) + epsilon);
                theta[i] -= alpha * (step + (decay * theta[i]));
            }
        }

        Assert.Equal(0.5, adamW.WeightDecay);
        Assert.All(theta.Zip(parameter.Value.ToRowMajor()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Without_a_gradient_there_is_only_the_decay_which_has_the_learning_rate_of_the_step()
    {
        var parameter = new Parameter("weight", new Shape(3));
        parameter.Value.Span.Fill(8);
        var adamW = new AdamW([parameter], learningRate: 0.5, weightDecay: 0.5);
        adamW.Step();
        Assert.All(parameter.Value.ToRowMajor(), value => Assert.Equal(6, value)); // 8 · (1 − 0.5 · 0.5)
        adamW.LearningRate = 1;
        adamW.Step();
        Assert.All(parameter.Value.ToRowMajor(), value => Assert.Equal(3, value));
        Assert.All(adamW.State, state => Assert.All(state.Value.ToRowMajor(), value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Without_decay_it_is_Adam_to_the_last_bit()
    {
        Shape shape = new(5000);
        Parameter[] parameters = [new("weight", shape), new("weight", shape)];
        Optimizer[] optimizers = [new Adam([parameters[0]], 0.01, 0.5), new AdamW([parameters[1]], 0.01, 0.5, weightDecay: 0)];
        for (int step = 0; step < 5; step++)
        {
            for (int i = 0; i < 2; i++)
            {
                Values.Normal(shape, $"g{step}").Span.CopyTo(parameters[i].Gradient.Span);
                optimizers[i].Step();
            }
        }

        Assert.Equal(parameters[0].Value.ToRowMajor(), parameters[1].Value.ToRowMajor());
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Equal(0.01, new AdamW([]).WeightDecay);
        Assert.Throws<ArgumentNullException>(() => new AdamW(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW([], learningRate: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW([], beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW([], beta2: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW([], epsilon: 0));
        Assert.All(new[] { -0.1, double.NaN, double.PositiveInfinity }, decay =>
            Assert.Throws<ArgumentOutOfRangeException>("weightDecay", () => new AdamW(weightDecay: decay)));
    }
}
