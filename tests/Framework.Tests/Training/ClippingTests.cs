using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>Clipped gradients of a trainer.</summary>
public sealed class ClippingTests
{
    private const double Rate = 0.5, Small = 1e-3;

    private static readonly Tensor Real = Values.Normal(new Shape(4, 3, 4, 6), "real"), Z = Values.Normal(new Shape(4, 5), "z");

    /// <summary>By plain descent θ moves by −rate · gradient: in the same direction, but only so far; penalty included.</summary>
    [Fact]
    public void Each_network_moves_by_a_gradient_of_at_most_the_norm()
    {
        GanTrainer free = Trainer(0), clipped = Trainer(Small), wide = Trainer(1e6);
        (double[] D, double[] G) without = StepOf(free), with = StepOf(clipped), unchanged = StepOf(wide);
        Assert.True(Norm(without.D) > 10 * Rate * Small && Norm(without.G) > 10 * Rate * Small);
        Assert.Equal(Rate * Small, Norm(with.D), 0.01 * Rate * Small);
        Assert.Equal(Rate * Small, Norm(with.G), 0.01 * Rate * Small);
        Assert.Equal(1, without.D.Zip(with.D, (a, b) => a * b).Sum() / Norm(without.D) / Norm(with.D), 1e-3);
        Assert.Equal(without.D, unchanged.D);
        Assert.Equal(without.G, unchanged.G);
    }

    [Fact]
    public void The_norm_is_a_setting()
    {
        Assert.Equal("0.001", Trainer(Small).Settings["maxGradientNorm"]);
        Assert.False(Trainer(0).Settings.ContainsKey("maxGradientNorm"));
        Assert.Equal(Small, Trainer(Small).MaxGradientNorm);
        Assert.All(new[] { -1, double.NaN, double.PositiveInfinity }, norm =>
            Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(norm)));
    }

    /// <summary>A loss that is finite, with a slope that is not: no network takes the step, and the message tells which.</summary>
    [Theory]
    [InlineData(false, "discriminator's gradient", "the gradient of discriminator.4.bias")]
    [InlineData(true, "generator's gradient", "the gradient of generator.3.bias")]
    public void A_gradient_that_is_not_finite_stops_the_game_before_it_reaches_the_weights(bool ofGenerator, string what, string place)
    {
        Gan gan = ColourGan.Make();
        var loss = new SteepLoss { OnGenerator = ofGenerator };
        var trainer = new GanTrainer(gan, loss, new AdamW(Rate), new AdamW(Rate)) { MaxGradientNorm = 1 };
        trainer.Step(Real, Z);
        loss.Slope = double.PositiveInfinity;
        Module network = ofGenerator ? gan.Generator : gan.Discriminator;
        float[] before = WeightsOf(network);
        DivergedException exception = Assert.Throws<DivergedException>(() => trainer.Step(Real, Z));
        Assert.Equal((2, place), (exception.Step, exception.Place));
        Assert.Contains(what, exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, WeightsOf(network));
    }

    private static GanTrainer Trainer(double norm) => new(ColourGan.Make(), new HingeLoss(), new Sgd(Rate), new Sgd(Rate))
    {
        MaxGradientNorm = norm,
        Penalty = new R1Penalty(3),
    };

    private static (double[] D, double[] G) StepOf(GanTrainer trainer)
    {
        float[] d = WeightsOf(trainer.Gan.Discriminator), g = WeightsOf(trainer.Gan.Generator);
        trainer.Step(Real, Z);
        return (Change(d, trainer.Gan.Discriminator), Change(g, trainer.Gan.Generator));

        static double[] Change(float[] before, Module network) =>
            [.. WeightsOf(network).Zip(before, (after, value) => (double)after - value)];
    }

    private static float[] WeightsOf(Module network) => [.. network.Parameters.SelectMany(parameter => parameter.Value.ToRowMajor())];

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private sealed class SteepLoss : PointwiseLoss
    {
        public bool OnGenerator { get; init; }

        public double Slope { get; set; } = 1;

        protected override (double Loss, double Slope) OnReal(float z) => (0, OnGenerator ? -1 : -Slope);

        protected override (double Loss, double Slope) OnFake(float z) => (0, 1);

        protected override (double Loss, double Slope) OnGenerated(float z) => (0, OnGenerator ? -Slope : -1);
    }
}
