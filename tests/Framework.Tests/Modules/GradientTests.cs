using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Every module against finite differences.</summary>
public sealed class GradientTests
{
    public static TheoryData<string> Names => [.. ModuleCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        (Func<Module> make, Shape input) = ModuleCases.All[name];
        Module module = make();
        foreach (Parameter parameter in module.Parameters)
        {
            new RandomSource(3, name).FillNormal(parameter.Value.Span, 0.2f, 0.5f);
        }

        Tensor x = Values.Normal(input, name);
        KeepFromKinks(module, x);
        GradientCheck.Check(module, x);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Double_backward_agrees_with_finite_differences_or_is_refused(string name)
    {
        (Func<Module> make, Shape input) = ModuleCases.All[name];
        Module module = make();
        foreach (Parameter parameter in module.Parameters)
        {
            new RandomSource(3, name).FillNormal(parameter.Value.Span, 0.2f, 0.5f);
        }

        Tensor x = Values.Normal(input, name), y = module.Forward(x), dy = Values.Normal(y.Shape, "dy"), r = Values.Normal(input, "r");
        KeepFromKinks(module, x);
        if (name.Contains("BatchNorm", StringComparison.Ordinal))
        {
            module.Backward(dy);
            Assert.Contains(
                "no DoubleBackward", Assert.Throws<NotSupportedException>(() => module.DoubleBackward(r)).Message,
                StringComparison.Ordinal);
            return;
        }

        Assert.Throws<InvalidOperationException>(() => module.DoubleBackward(r));
        Assert.Throws<ArgumentNullException>(() => module.DoubleBackward(null!));

        // P = Σ r · dx, so that ∂P/∂dx = r: linear in dy and, but for SpectralNorm, in each weight. The Forward brings
        // a changed weight into effect.
        double Penalty()
        {
            module.Forward(x);
            return Values.Dot(module.Backward(dy, Gradients.Input), r);
        }

        Penalty();
        module.ZeroGradients();
        Tensor ddy = module.DoubleBackward(r).Clone(), zero = new(dy.Shape);
        Tensor dx = module.HasCurvature ? module.Backward(zero).Clone() : new Tensor(input);
        GradientCheck.CheckOne("dy", dy, ddy, Penalty, 2e-3);
        GradientCheck.CheckOne("x", x, dx, Penalty, 2e-3);
        foreach (Parameter parameter in module.Parameters)
        {
            GradientCheck.CheckOne(parameter.Name, parameter.Value, parameter.Gradient.Clone(), Penalty, 2e-3);
        }

        Penalty();
        float[][] once = [.. module.Parameters.Select(parameter => parameter.Gradient.ToRowMajor())];
        Assert.Equal(ddy.ToRowMajor(), module.DoubleBackward(r).ToRowMajor());
        if (module.HasCurvature)
        {
            Assert.Equal(dx.ToRowMajor(), module.Backward(zero).ToRowMajor());
            Assert.All(module.Backward(zero).ToRowMajor(), value => Assert.Equal(0, value));
        }

        Assert.All(
            module.Parameters.Zip(once),
            pair => Assert.All(pair.First.Gradient.ToRowMajor().Zip(pair.Second), both =>
                Assert.Equal(2 * both.Second, both.First, 1e-4f * (1 + Math.Abs(both.First)))));
        Assert.Throws<ArgumentException>(() => module.DoubleBackward(new Tensor(new Shape(1, 1, 77, 1))));

        // A Forward in between: that Backward is of another x.
        module.Forward(x);
        Assert.Throws<InvalidOperationException>(() => module.DoubleBackward(r));
    }

    /// <summary>
    /// Not for LeakyReLU's kinks: the slopes on both sides of 0 are alike enough, and the step small enough, that none
    /// is crossed for this seed.
    /// </summary>
    [Theory]
    [InlineData("R1")]
    [InlineData("WGAN-GP")]
    public void A_gradient_penalty_of_a_discriminator_agrees_with_finite_differences(string kind)
    {
        var discriminator = new Sequential(
            new Conv2D(2, 3, (3, 2), 2, 1), new LeakyReLU(0.2f), new ConvTranspose2D(3, 2, (2, 3)), new LeakyReLU(0.1f),
            new Conv2D(2, 4, 2), new Flatten(), new Linear(60, 1));
        foreach (Parameter parameter in discriminator.Parameters)
        {
            new RandomSource(3, parameter.Value.Shape.ToString()).FillNormal(parameter.Value.Span, 0.1f, 0.5f);
        }

        GradientPenalty penalty = kind == "R1" ? new R1Penalty(3) : new WganGpPenalty(10);
        Tensor x = Values.Normal(new Shape(3, 2, 5, 6), "x"), ones = new(new Shape(3, 1));
        ones.Span.Fill(1);
        double Penalty()
        {
            discriminator.Forward(x);
            return penalty.Evaluate(discriminator.Backward(ones, Gradients.Input), out _);
        }

        discriminator.Forward(x);
        double expected = penalty.Evaluate(discriminator.Backward(ones, Gradients.Input), out Tensor adjoint);
        discriminator.ZeroGradients();
        discriminator.DoubleBackward(adjoint);
        Assert.Equal(expected, Penalty());
        foreach (Parameter parameter in discriminator.Parameters)
        {
            GradientCheck.CheckOne(parameter.Name, parameter.Value, parameter.Gradient.Clone(), Penalty, 3e-2, step: 1f / 1024);
        }
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

    /// <summary>Moves x to where no step of a difference crosses a kink: there is no derivative.</summary>
    private static void KeepFromKinks(Module module, Tensor x)
    {
        if (module is MaxPool2D)
        {
            // No two values so near each other that a step makes the other one the largest.
            float[] sorted = [.. x.ToRowMajor().Order()];
            foreach (ref float value in x.Span)
            {
                value = 0.1f * Array.BinarySearch(sorted, value);
            }
        }

        if (module is LeakyReLU or ELU or PReLU or Concat)
        {
            foreach (ref float value in x.Span)
            {
                value += 0.1f * Math.Sign(value);
            }
        }
    }
}
