using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>Losses that look at more than a logit at a time, in a trainer: of other images, and of classes.</summary>
public sealed class LossOfManyTests
{
    private const double Rate = 1e-3;

    private static readonly int[] Labels = [2, 0, 1, 2];

    private static readonly Tensor Real = Values.Normal(new Shape(4, 2, 4, 5), "real"), Z = Values.Normal(new Shape(4, 5), "z");

    public static TheoryData<string> Names => ["relativistic", "classifier", "both"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_discriminator_descends_its_loss_and_the_logits_penalty(string name)
    {
        (Gan gan, GanTrainer trainer) = Make(name, new R1Penalty(2));
        gan.SetLabels(Labels);
        Tensor fake = gan.Generator.Forward(Z).Clone();
        StepReport report = default;
        DescentCheck.Check(gan.Discriminator, Rate, () => report = trainer.Step(new Batch(Real, Labels), Z), () =>
        {
            float[][] real = Outputs(gan, Real), generated = Outputs(gan, fake);
            Tensor ones = new(new Shape(4, real[0].Length));
            for (int n = 0; n < 4; n++)
            {
                ones.Span[n * real[0].Length] = 1;
            }

            gan.Discriminator.Forward(Real);
            double penalty = gan.Discriminator.Backward(ones, Gradients.Input).ToRowMajor().Sum(g => (double)g * g) / 4;
            return Loss(name, real, generated) + Loss(name, generated, real, isReal: false) + penalty;
        });
        Assert.True(report.Penalty > 0);

        // What is reported is of the same logits, real ones against generated and these against real.
        (Gan first, _) = Make(name, null);
        first.SetLabels(Labels);
        float[][] reals = Outputs(first, Real), fakes = Outputs(first, fake);
        Assert.True(Math.Abs(reals.Average(z => z[0]) - fakes.Average(z => z[0])) > 0.5);
        Assert.Equal(Loss(name, reals, fakes) + Loss(name, fakes, reals, isReal: false), report.DiscriminatorLoss, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_generator_descends_its_loss(string name)
    {
        (Gan gan, GanTrainer trainer) = Make(name, null);
        StepReport report = default;
        DescentCheck.Check(gan.Generator, Rate, () => report = trainer.Step(new Batch(Real, Labels), Z), () =>
        {
            gan.SetLabels(Labels);
            float[][] real = Outputs(gan, Real), generated = Outputs(gan, gan.Generator.Forward(Z));
            double own = Loss(name, generated, real);
            return name == "classifier" ? own : own + Loss(name == "both" ? "relativistic" : name, real, generated, isReal: false);
        });
        // By the logits of D as its own step, a large one, has left it: DescentCheck ends at the objective a step further.
        (Gan moved, GanTrainer again) = Make(name, null, rate: 0.5);
        StepReport large = again.Step(new Batch(Real, Labels), Z);
        (Gan untouched, _) = Make(name, null);
        moved.SetLabels(Labels);
        untouched.SetLabels(Labels);
        float[][] reals = Outputs(moved, Real), fakes = Outputs(moved, untouched.Generator.Forward(Z));
        double expected = Loss(name, fakes, reals);
        expected += name == "classifier" ? 0 : Loss(name == "both" ? "relativistic" : name, reals, fakes, isReal: false);
        Assert.Equal(expected, large.GeneratorLoss, 1e-4);
        Assert.True(Math.Abs(report.GeneratorLoss - large.GeneratorLoss) > 0.01);
    }

    [Fact]
    public void A_discriminator_of_other_outputs_is_refused_with_what_it_needs()
    {
        (Gan gan, _) = Make("relativistic", null);
        Assert.Contains(
            "tell 4 classes apart, but the networks know 3",
            Assert.Throws<ArgumentException>(() => new GanTrainer(
                gan, new AuxiliaryClassifierLoss(new HingeLoss(), 4), new Sgd(Rate), new Sgd(Rate))).Message,
            StringComparison.Ordinal);
        var trainer = new GanTrainer(gan, new AuxiliaryClassifierLoss(new HingeLoss(), 3), new Sgd(Rate), new Sgd(Rate));
        Assert.Contains(
            "must make 4 outputs per image, or per pack of them: [N, 4]. It makes [4, 1]: end it with a Linear of 4 outputs",
            Assert.Throws<ArgumentException>(() => trainer.Step(new Batch(Real, Labels))).Message, StringComparison.Ordinal);
    }

    /// <summary>The inner loss by its formula, of the logits and of the classes.</summary>
    private static double Loss(string name, float[][] own, float[][] others, bool isReal = true)
    {
        double average = name == "classifier" ? 0 : others.Average(z => z[0]);
        double logits = own.Average(z => Math.Log(1 + Math.Exp((isReal ? -1 : 1) * (z[0] - average))));
        return name == "relativistic"
            ? logits
            : logits + (0.5 * own.Zip(Labels, (z, label) => Math.Log(z[1..].Sum(value => Math.Exp(value))) - z[1 + label]).Average());
    }

    private static float[][] Outputs(Gan gan, Tensor images)
    {
        Tensor outputs = gan.Discriminator.Forward(images);
        return [.. outputs.ToRowMajor().Chunk(outputs.Shape.C)];
    }

    private static (Gan Gan, GanTrainer Trainer) Make(string name, GradientPenalty? penalty, double rate = Rate)
    {
        RandomSource.Default = new RandomSource(1, "weights");
        AdversarialLoss loss = name == "classifier" ? new NonSaturatingLoss() : new RelativisticAverageLoss(new NonSaturatingLoss());
        loss = name == "relativistic" ? loss : new AuxiliaryClassifierLoss(loss, 3, 0.5);
        Sequential discriminator = [new Conv2D(2, 4, 3), new SiLU(), new Flatten(), new Linear(24, loss.Outputs)];
        var generator = new Sequential(new Linear(5, 40), new Reshape(2, 4, 5), new Tanh());
        Initializers.HeNormal(discriminator, new RandomSource(2, "discriminator"));
        var gan = new Gan(generator, discriminator, latentSize: 5, classes: 3);
        return (gan, new GanTrainer(gan, loss, new Sgd(rate), new Sgd(rate)) { Penalty = penalty });
    }
}
