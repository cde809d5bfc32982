using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>
/// Gradient penalties of discriminators whose slope depends on what they see, in every kind of module that has a second derivative.
/// </summary>
public sealed class SmoothDiscriminatorTests
{
    private const double Rate = 1e-3;

    private static readonly int[] Labels = [2, 0, 1, 2];

    private static readonly Tensor Real = Values.Normal(new Shape(4, 2, 6, 5), "real"), Z = Values.Normal(new Shape(4, 5), "z");

    public static TheoryData<string, string> Cases => new()
    {
        { "activations", "R1" }, { "norms", "R1" }, { "labels", "R1" }, { "none", "R1" },
        { "activations", "WGAN-GP" }, { "norms", "WGAN-GP" }, { "labels", "WGAN-GP" }, { "none", "WGAN-GP" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Discriminators_descend_their_loss_and_penalty(string layers, string kind)
    {
        Gan gan = Make(layers);
        GradientPenalty penalty = kind == "R1" ? new R1Penalty(3) : new WganGpPenalty(4);
        var trainer = new GanTrainer(gan, new NonSaturatingLoss(), new Sgd(Rate), new Sgd(Rate), seed: 3) { Penalty = penalty };
        gan.SetLabels(Labels);
        Tensor fake = gan.Generator.Forward(Z).Clone(), points = Real;
        if (kind == "WGAN-GP")
        {
            penalty.Place(Real, fake, 1, new RandomSource(3, "interpolation"), points = Real.Clone());
        }

        StepReport report = default;
        DescentCheck.Check(gan.Discriminator, Rate, () => report = trainer.Step(new Batch(Real, Labels), Z), () =>
        {
            double value = gan.Discriminator.Forward(Real).ToRowMajor().Average(z => Math.Log(1 + Math.Exp(-z)));
            return value + gan.Discriminator.Forward(fake).ToRowMajor().Average(z => Math.Log(1 + Math.Exp(z))) + Penalty(gan);
        });
        Gan first = Make(layers);
        first.SetLabels(Labels);
        Assert.Equal(Penalty(first), report.Penalty, 1e-4);
        Assert.True(report.Penalty > 1e-3);

        double Penalty(Gan gan)
        {
            Tensor ones = new(new Shape(4, 1));
            ones.Span.Fill(1);
            gan.Discriminator.Forward(points);
            return gan.Discriminator.Backward(ones, Gradients.Input).ToRowMajor().Chunk(60).Average(g =>
            {
                double norm = Math.Sqrt(g.Sum(x => (double)x * x));
                return kind == "R1" ? 3 * norm * norm / 2 : 4 * (norm - 1) * (norm - 1);
            });
        }
    }

    private static Gan Make(string layers)
    {
        RandomSource.Default = new RandomSource(1, "weights");
        Sequential discriminator = layers switch
        {
            "activations" =>
            [
                new Conv2D(2, 4, 3), new SiLU(), new Residual(new Sequential(new Conv2D(4, 4, 3, padding: 1), new Tanh())),
                new Conv2D(4, 4, 2), new GELU(), new Concat(new Sigmoid(), new Softplus()), new Flatten(), new Linear(48, 1),
            ],
            "norms" =>
            [
                new Conv2D(2, 4, 3), new GroupNorm(2, 4), new LeakyReLU(0.2f), new Conv2D(4, 4, 2), new InstanceNorm2D(4), new PixelNorm(),
                new PReLU(4), new Flatten(), new LayerNorm(24), new Linear(24, 1),
            ],
            "labels" =>
            [
                new Conv2D(2, 4, 3), new SiLU(), new AvgPool2D(2), new Flatten(), new Linear(8, 6), new Tanh(), new ProjectionLogit(6, 3),
            ],
            _ => [new Conv2D(2, 4, 3), new LeakyReLU(0.2f), new Flatten(), new Linear(48, 1)],
        };
        Initializers.HeNormal(discriminator, new RandomSource(2, "discriminator"));
        return new Gan(new Sequential(new Linear(5, 60), new Reshape(2, 6, 5), new Tanh()), discriminator, latentSize: 5, classes: 3);
    }
}
