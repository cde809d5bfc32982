using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class GameTests
{
    private static readonly int[] Labels = [2, 0, 1, 2, 0, 1];

    private static GanConfiguration Descent { get; } = new(GanPreset.R1, width: 3, latentSize: 4, batchSize: 6, learningRate: 1e-3, beta1: 0, seed: 5)
    {
        Optimizer = OptimizerKind.Sgd,
        DiscriminatorNormalization = NormalizationKind.None,
    };

    public static Dictionary<string, GanConfiguration> Games { get; } = new()
    {
        ["R1"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3 },
        ["R1, lazy"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, PenaltyInterval = 4 },
        ["R1 in packs"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, Packing = 3 },
        ["R1 with labels"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, Classes = 3 },
        ["R1 with a hidden layer"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, DiscriminatorHidden = 7 },
        ["WGAN-GP"] = Descent with { Loss = LossKind.Wasserstein, Penalty = PenaltyKind.Lipschitz, PenaltyWeight = 10 },
        ["WGAN-GP in packs"] = Descent with { Loss = LossKind.Wasserstein, Penalty = PenaltyKind.Lipschitz, PenaltyWeight = 10, Packing = 2 },
        ["least squares"] = Descent with { Loss = LossKind.LeastSquares },
        ["hinge with labels"] = Descent with { Loss = LossKind.Hinge, Classes = 3 },
        ["smoothing"] = Descent with { RealTarget = 0.9 },
    };

    public static TheoryData<string> Names => [.. Games.Keys];

    public static TheoryData<GanPreset> Presets => [.. Enum.GetValues<GanPreset>()];

    /// <summary>By plain descent, θ moves by −rate · gradient: that gradient is the derivative of D's loss and penalty, recomputed here from D's logits alone.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_discriminator_descends_its_loss_and_penalty(string name)
    {
        GanConfiguration configuration = Games[name];
        var model = GanModel.Create(configuration);
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real"), z = Values.Normal(new Shape(6, 4), "z");
        float[][] before = [.. model.Discriminator.Parameters.Select(parameter => parameter.Value.ToRowMajor())];
        int[] labels = configuration.Classes > 0 ? Labels : [];
        new GanTrainer(model, configuration).Step(real, z, labels);
        double[][] gradient = [.. model.Discriminator.Parameters.Select((parameter, i) => parameter.Value.ToRowMajor().Zip(before[i], (after, value) => (value - after) / configuration.LearningRate).ToArray())];

        // Along the gradient itself the slope is |gradient|². A small step: a penalty jumps where a LeakyReLU changes its side.
        double square = gradient.Sum(values => values.Sum(value => value * value)), h = 2e-4 / Math.Sqrt(square);
        double At(double distance)
        {
            foreach ((Parameter parameter, int i) in model.Discriminator.Parameters.Select((parameter, i) => (parameter, i)))
            {
                parameter.Value.CopyFromRowMajor([.. before[i].Zip(gradient[i], (value, slope) => (float)(value + (distance * slope)))]);
            }

            return Objective();
        }

        double Objective()
        {
            model.SetLabels(labels);
            var untouched = GanModel.Create(configuration);
            untouched.SetLabels(labels);
            Tensor fake = untouched.Generator.Forward(z);
            AdversarialLoss loss = configuration.Loss switch
            {
                LossKind.LeastSquares => new LeastSquaresLoss(),
                LossKind.Hinge => new HingeLoss(),
                LossKind.Wasserstein => new WassersteinLoss(),
                _ => new NonSaturatingLoss(configuration.RealTarget),
            };
            double value = loss.Real(model.Discriminator.Forward(real)) + loss.Fake(model.Discriminator.Forward(fake));
            int pack = configuration.Packing, pixels = 28 * 28 * pack;
            Tensor where = real.Clone();
            if (configuration.Penalty == PenaltyKind.Lipschitz)
            {
                var random = new RandomSource(configuration.Seed, "interpolation");
                for (int start = 0; start < where.Span.Length; start += pixels)
                {
                    float share = (float)random.NextDouble();
                    for (int i = start; i < start + pixels; i++)
                    {
                        where.Span[i] += share * (fake.Span[i] - where.Span[i]);
                    }
                }
            }

            Tensor logits = model.Discriminator.Forward(where), ones = new(logits.Shape);
            ones.Span.Fill(1);
            float[] slopes = model.Discriminator.Backward(ones, Gradients.Input).ToRowMajor();
            double penalty = slopes.Chunk(pixels).Average(g =>
            {
                double norm = Math.Sqrt(g.Sum(x => (double)x * x));
                return configuration.Penalty switch { PenaltyKind.R1 => norm * norm / 2, PenaltyKind.Lipschitz => (norm - 1) * (norm - 1), _ => 0 };
            });
            return value + (configuration.PenaltyWeight * configuration.PenaltyInterval * penalty);
        }

        double slope = (At(h) - At(-h)) / (2 * h);
        Assert.InRange(slope / square, 0.99, 1.01);
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Every_preset_plays(GanPreset preset)
    {
        var configuration = GanConfiguration.For(preset, preset == GanPreset.TfTutorial ? 64 : 3, batchSize: 4);
        var model = GanModel.Create(configuration);
        var trainer = new GanTrainer(model, configuration);
        Tensor z = model.Latents(2, new RandomSource(1, "z"));
        float[] before = model.Generate(z, average: false).ToRowMajor();
        for (int i = 0; i < 6; i++)
        {
            StepReport report = trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), $"real {i}"), configuration.Classes > 0 ? [1, 0, 9, 9] : []);
            if (configuration.Loss == LossKind.NonSaturating)
            {
                // A probability says less than an image that one is sure of costs: −log σ is convex (Jensen).
                Assert.True(report.DiscriminatorLoss >= -Math.Log(report.RealScore) - Math.Log(1 - report.FakeScore) - 1e-9);
            }

            Assert.Equal(configuration.Penalty != PenaltyKind.None, report.Penalty > 0);
        }

        Assert.Equal(6, trainer.Steps);
        Assert.NotEqual(before, model.Generate(z, average: false).ToRowMajor());
    }

    [Fact]
    public void Labels_decide_what_is_made()
    {
        var configuration = GanConfiguration.For(GanPreset.Conditional, width: 2, batchSize: 4);
        var model = GanModel.Create(configuration);
        Assert.Equal(10, model.Classes);
        Tensor z = new(new Shape(12, configuration.LatentSize));
        float[][] images = [.. model.Generate(z).ToRowMajor().Chunk(784)];
        Assert.NotEqual(images[0], images[1]);
        Assert.Equal(images[1], images[11]); // 0 … 9, 0, 1
        Assert.Equal(images[7], model.Generate(new Tensor(new Shape(1, configuration.LatentSize)), [7]).ToRowMajor());
        Assert.Throws<ArgumentException>(() => model.Generate(z, [1, 2]));
        Assert.Throws<ArgumentException>(() => model.Generate(new Tensor(new Shape(1, configuration.LatentSize)), [10]));
        var trainer = new GanTrainer(model, configuration);
        Assert.Throws<ArgumentException>(() => trainer.Step(new Tensor(new Shape(4, 1, 28, 28))));

        GanModel unlabelled = GanModel.Create(Descent);
        Assert.Throws<ArgumentException>(() => unlabelled.Generate(unlabelled.Latents(1, new RandomSource(1, "z")), [1]));
    }

    [Fact]
    public void The_generator_plays_each_so_many_steps()
    {
        GanConfiguration configuration = Descent with { DiscriminatorSteps = 3 };
        var model = GanModel.Create(configuration);
        var trainer = new GanTrainer(model, configuration);
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");
        float[] Weights() => [.. model.Generator.Parameters.SelectMany(parameter => parameter.Value.ToRowMajor())];
        var changed = new List<bool>();
        var losses = new List<double>();
        for (int i = 0; i < 7; i++)
        {
            float[] before = Weights();
            losses.Add(trainer.Step(real).GeneratorLoss);
            changed.Add(!before.SequenceEqual(Weights()));
        }

        Assert.Equal([true, false, false, true, false, false, true], changed);
        Assert.Equal((losses[0], losses[0], losses[3], losses[3]), (losses[1], losses[2], losses[4], losses[5]));
        Assert.NotEqual(losses[0], losses[3]);
    }

    [Fact]
    public void Rates_fall_linearly_and_the_discriminator_may_have_its_own()
    {
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");

        // The second step of a decay over four has three quarters of the rate: from the same state, the change is three quarters as large.
        (float[] G, float[] D)[] steady = Train(Descent), falling = Train(Descent with { DecaySteps = 4 }), own = Train(Descent with { DiscriminatorLearningRate = 2e-3 }),
            ownFalling = Train(Descent with { DiscriminatorLearningRate = 2e-3, DecaySteps = 4 });
        AssertRatio(0.75, Change(steady, step => step.D), Change(falling, step => step.D));
        AssertRatio(0.75, Change(own, step => step.D), Change(ownFalling, step => step.D));
        AssertRatio(0.75, Change(steady, step => step.G), Change(falling, step => step.G), 0.02); // against a D that has moved a little otherwise
        AssertRatio(2, First(steady), First(own));
        Assert.Equal(steady[0].G, falling[0].G);

        (float[] G, float[] D)[] Train(GanConfiguration configuration)
        {
            var model = GanModel.Create(configuration);
            var trainer = new GanTrainer(model, configuration);
            return [Weights(), .. new[] { 1, 2 }.Select(_ =>
            {
                trainer.Step(real);
                return Weights();
            })];

            (float[] G, float[] D) Weights() => ([.. model.Generator.Parameters.SelectMany(p => p.Value.ToRowMajor())], [.. model.Discriminator.Parameters.SelectMany(p => p.Value.ToRowMajor())]);
        }

        static double[] Change((float[] G, float[] D)[] steps, Func<(float[] G, float[] D), float[]> of) => [.. of(steps[2]).Zip(of(steps[1]), (after, before) => (double)after - before)];
        static double[] First((float[] G, float[] D)[] steps) => [.. steps[1].D.Zip(steps[0].D, (after, before) => (double)after - before)];
        static void AssertRatio(double expected, double[] steady, double[] other, double tolerance = 1e-3) =>
            Assert.Equal(expected, steady.Zip(other, (a, b) => a * b).Sum() / steady.Sum(a => a * a), tolerance);
    }

    /// <summary>Behind its last step a decayed rate stays where the last step had it: at a share of 1 / steps, not at 0 nor below.</summary>
    [Fact]
    public void A_decayed_rate_stays_where_it_ended()
    {
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");
        GanConfiguration falling = Descent with { DecaySteps = 2 };
        GanModel model = GanModel.Create(falling), other = GanModel.Create(falling);
        GanTrainer trainer = new(model, falling), steady = new(other, Descent with { LearningRate = Descent.LearningRate / 2 });
        trainer.Step(real);
        trainer.Step(real);
        foreach (((_, Tensor from), (_, Tensor to)) in model.Generator.State.Concat(model.Discriminator.State).Zip(other.Generator.State.Concat(other.Discriminator.State)))
        {
            from.Span.CopyTo(to.Span);
        }

        Tensor z = Values.Normal(new Shape(6, 4), "z");
        trainer.Step(real, z);
        steady.Step(real, z);
        Assert.Equal(other.Discriminator.State.Select(item => item.Value.ToRowMajor()), model.Discriminator.State.Select(item => item.Value.ToRowMajor()));
    }

    /// <summary>Computed at every fourth step only, the penalty weighs four times as much, but what is reported is the penalty itself, until it is computed again.</summary>
    [Theory]
    [InlineData("R1")]
    [InlineData("WGAN-GP")]
    public void A_lazy_penalty_is_reported_as_it_is(string name)
    {
        GanConfiguration each = Games[name], lazy = each with { PenaltyInterval = 4 };
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real"), z = Values.Normal(new Shape(6, 4), "z");
        double expected = new GanTrainer(GanModel.Create(each), each).Step(real, z).Penalty;
        var trainer = new GanTrainer(GanModel.Create(lazy), lazy);
        double[] reported = [.. Enumerable.Range(0, 5).Select(_ => trainer.Step(real, z).Penalty)];
        Assert.All(reported[..4], penalty => Assert.Equal(expected, penalty, 1e-6 * expected));
        Assert.NotEqual(reported[3], reported[4]);
    }

    [Fact]
    public void A_penalty_between_needs_as_many_generated_images_as_real_ones()
    {
        GanConfiguration configuration = Games["WGAN-GP"];
        var trainer = new GanTrainer(GanModel.Create(configuration), configuration);
        Assert.Throws<ArgumentException>(() => trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), "real")));
    }
}
