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
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_generator_descends_its_loss(string name)
    {
        (Gan gan, GanTrainer trainer) = Make(name, null);
        StepReport report = default;
        double atStep = 0;
        DescentCheck.Check(gan.Generator, Rate, () => report = trainer.Step(new Batch(Real, Labels), Z), () =>
        {
            gan.SetLabels(Labels);
            float[][] real = Outputs(gan, Real), generated = Outputs(gan, gan.Generator.Forward(Z));
            atStep = Loss(name, generated, real);
            return name == "classifier" ? atStep : atStep + Loss(name == "both" ? "relativistic" : name, real, generated, isReal: false);
        });
        Assert.True(double.IsFinite(report.GeneratorLoss));
    }

    [Fact]
    public void A_discriminator_of_other_outputs_is_refused_with_what_it_needs()
    {
        (Gan gan, _) = Make("relativistic", null);
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

    private static (Gan Gan, GanTrainer Trainer) Make(string name, GradientPenalty? penalty)
    {
        RandomSource.Default = new RandomSource(1, "weights");
        AdversarialLoss loss = name == "classifier" ? new NonSaturatingLoss() : new RelativisticAverageLoss(new NonSaturatingLoss());
        loss = name == "relativistic" ? loss : new AuxiliaryClassifierLoss(loss, 3, 0.5);
        Sequential discriminator = [new Conv2D(2, 4, 3), new SiLU(), new Flatten(), new Linear(24, loss.Outputs)];
        var generator = new Sequential(new Linear(5, 40), new Reshape(2, 4, 5), new Tanh());
        Initializers.HeNormal(discriminator, new RandomSource(2, "discriminator"));
        var gan = new Gan(generator, discriminator, latentSize: 5, classes: 3);
        return (gan, new GanTrainer(gan, loss, new Sgd(Rate), new Sgd(Rate)) { Penalty = penalty });
    }
}
