using MiniGan.Files;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>A trainer of networks, a loss, penalties, optimisers and a schedule that a user wrote.</summary>
public sealed class OwnPartsTests : IDisposable
{
    private const double Rate = 1e-3;

    private static readonly Tensor Real = Values.Normal(new Shape(4, 3, 4, 6), "real"), Z = Values.Normal(new Shape(4, 5), "z");

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Penalties => ["none", "R1", "R2", "R2, lazy", "Lipschitz"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Penalties))]
    public void The_discriminator_descends_an_own_loss_and_a_penalty(string name)
    {
        GradientPenalty? penalty = Penalty(name);
        Gan gan = ColourGan.Make();
        var trainer = new GanTrainer(gan, new ExponentialLoss(), new Sgd(Rate), new Sgd(Rate), seed: 3) { Penalty = penalty };
        Tensor fake = gan.Generator.Forward(Z).Clone(), points = penalty?.Point == PenaltyPoint.Generated ? fake : Real.Clone();
        if (name == "Lipschitz")
        {
            var noise = new Tensor(Real.Shape);
            new RandomSource(3, "interpolation").FillNormal(noise.Span, 0, 0.5f);
            points = Tensor.FromRowMajor(Real.Shape, [.. Real.ToRowMajor().Zip(noise.ToRowMajor(), (x, n) => x + n)]);
        }

        StepReport report = default;
        DescentCheck.Check(gan.Discriminator, Rate, () => report = trainer.Step(Real, Z), () =>
        {
            Tensor logits = gan.Discriminator.Forward(Real);
            double value = logits.ToRowMajor().Average(z => Math.Exp(-z));
            value += gan.Discriminator.Forward(fake).ToRowMajor().Average(z => Math.Exp(z));
            return value + (ColourGan.Slopes(gan.Discriminator, points).Average(norm => PenaltyOf(name, norm)) * (penalty?.Interval ?? 1));
        });
        Gan first = ColourGan.Make();
        double expected = ColourGan.Slopes(first.Discriminator, points).Average(norm => PenaltyOf(name, norm));
        Assert.Equal(expected, report.Penalty, 1e-4 * (1 + expected));
        Assert.Equal(name != "none", report.Penalty > 0);
    }

    [Fact]
    public void The_generator_descends_an_own_loss()
    {
        Gan gan = ColourGan.Make();
        var trainer = new GanTrainer(gan, new ExponentialLoss(), new Sgd(Rate), new Sgd(Rate));
        StepReport report = default;
        double atStep = 0;
        DescentCheck.Check(gan.Generator, Rate, () => report = trainer.Step(Real, Z), () =>
        {
            Tensor logits = gan.Discriminator.Forward(gan.Generator.Forward(Z));
            return atStep = logits.ToRowMajor().Average(z => Math.Exp(-z));
        });
        Assert.Equal(atStep, report.GeneratorLoss, 1e-3);
    }

    [Fact]
    public void An_own_optimizer_moves_each_parameter_by_its_own_state()
    {
        var parameter = new Parameter("weight", new Shape(5000)); // more than a chunk
        var lion = new Lion(0.5, beta1: 0.5f, beta2: 0.25f);
        Assert.Empty(lion.State);
        Assert.Throws<InvalidOperationException>(lion.Step);
        lion.Bind([parameter]);
        Assert.Equal("0.momentum [5000]", Assert.Single(lion.State.Select(item => $"{item.Name} {item.Value.Shape}")));
        (float, float, float)[] byHand = [(4, -0.5f, 3), (-2, -1, -0.75f), (-4, -0.5f, -3.1875f)];
        foreach ((float gradient, float value, float momentum) in byHand)
        {
            parameter.Gradient.Span.Fill(gradient);
            lion.Step();
            Assert.All(parameter.Value.ToRowMajor(), actual => Assert.Equal(value, actual));
            Assert.All(lion.State[0].Value.ToRowMajor(), actual => Assert.Equal(momentum, actual));
        }

        Assert.Equal(3, lion.Steps);
        Assert.Throws<InvalidOperationException>(() => lion.Bind([parameter]));
    }

    /// <summary>
    /// Seven steps at once, or three, a checkpoint, another trainer's four: the same bytes. Weights, Lion's momentum, the average, dropout,
    /// latents and noise all go on.
    /// </summary>
    [Theory]
    [InlineData("R2, lazy")]
    [InlineData("Lipschitz")]
    public void Training_goes_on_to_the_last_bit(string penalty)
    {
        GanTrainer whole = Trainer(penalty), first = Trainer(penalty), second = Trainer(penalty);
        Run(whole, 0, 7);
        Run(first, 0, 3);
        first.Save(folder["first"], new Dictionary<string, string> { ["author"] = "me" });
        second.Load(folder["first"]);
        Assert.Equal(3, second.Steps);
        Run(second, 3, 7);
        whole.Save(folder["whole"]);
        second.Save(folder["second"]);
        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["second"]));
        GanCheckpoint checkpoint = GanCheckpoint.Open(folder["first"]);
        Assert.Equal((3, true, "me"), (checkpoint.Step, checkpoint.HasTrainer, checkpoint.Metadata["author"]));
        Assert.Contains("generator_optimizer.0.momentum", checkpoint.ReadTrainer().Tensors.Select(tensor => tensor.Name));

        // Not by a trainer of other parts.
        GanTrainer adam = new(ColourGan.Make(dropout: true), new ExponentialLoss(), new Adam(Rate), new Adam(Rate))
        {
            Penalty = Penalty(penalty),
        };
        GanTrainer unpenalised = new(ColourGan.Make(dropout: true), new ExponentialLoss(), new Lion(Rate), new Lion(Rate));
        Assert.Throws<MalformedFileException>(() => adam.Load(checkpoint));
        Assert.Throws<MalformedFileException>(() => unpenalised.Load(checkpoint));
    }

    [Fact]
    public void An_own_schedule_sets_both_rates()
    {
        Lion ofGenerator = new(0.8), ofDiscriminator = new(0.4);
        var trainer = new GanTrainer(ColourGan.Make(), new HingeLoss(), ofGenerator, ofDiscriminator) { Schedule = new Halving(2) };
        var rates = new List<(double, double)>();
        for (int step = 0; step < 5; step++)
        {
            trainer.Step(Real);
            rates.Add((ofGenerator.LearningRate, ofDiscriminator.LearningRate));
        }

        Assert.Equal([(0.8, 0.4), (0.8, 0.4), (0.4, 0.2), (0.4, 0.2), (0.2, 0.1)], rates);
    }

    [Fact]
    public void An_optimizer_is_for_one_network()
    {
        var shared = new Adam();
        Assert.Throws<InvalidOperationException>(() => new GanTrainer(ColourGan.Make(), new HingeLoss(), shared, shared));
        Gan gan = ColourGan.Make();
        var bound = new Adam(gan.Generator.Parameters);
        Assert.Throws<InvalidOperationException>(() => new GanTrainer(gan, new HingeLoss(), bound, new Adam()));
        Assert.Throws<ArgumentNullException>(() => new GanTrainer(null!, new HingeLoss(), new Adam(), new Adam()));
        Assert.Throws<ArgumentNullException>(() => new GanTrainer(gan, null!, new Adam(), new Adam()));
        Assert.Throws<ArgumentNullException>(() => new GanTrainer(gan, new HingeLoss(), null!, new Adam()));
        Assert.Throws<ArgumentNullException>(() => new GanTrainer(gan, new HingeLoss(), new Adam(), null!));
        GanTrainer With(int steps, double average) =>
            new(gan, new HingeLoss(), new Adam(), new Adam()) { DiscriminatorSteps = steps, Average = average };
        Assert.Throws<ArgumentOutOfRangeException>(() => With(steps: 0, average: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => With(steps: 1, average: 1));
    }

    /// <summary>A penalty that asks for points of its own, but makes none.</summary>
    [Fact]
    public void A_penalty_without_points_says_so()
    {
        var random = new RandomSource(1, "points");
        string message = Assert.Throws<NotSupportedException>(() => new R1Penalty(1).Place(Real, Real, 1, random, Real)).Message;
        Assert.Contains("R1Penalty places no points", message, StringComparison.Ordinal);
    }

    private static GradientPenalty? Penalty(string name) => name switch
    {
        "R1" => new R1Penalty(3),
        "R2" => new R2Penalty(3),
        "R2, lazy" => new R2Penalty(3, interval: 2),
        "Lipschitz" => new LipschitzPenalty(3, deviation: 0.5f),
        _ => null,
    };

    private static double PenaltyOf(string name, double norm) => name switch
    {
        "none" => 0,
        "Lipschitz" => 3 * Math.Pow(Math.Max(norm - 1, 0), 2),
        _ => 3 * norm * norm / 2,
    };

    private static void Run(GanTrainer trainer, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            trainer.Step(Values.Normal(Real.Shape, $"real {step}"));
        }
    }

    private static GanTrainer Trainer(string penalty) => new(
        ColourGan.Make(dropout: true), new ExponentialLoss(), new Lion(Rate), new Lion(Rate), seed: 9)
    {
        Penalty = Penalty(penalty),
        Average = 0.5,
        DiscriminatorSteps = 2,
        Schedule = new Halving(3),
    };
}
