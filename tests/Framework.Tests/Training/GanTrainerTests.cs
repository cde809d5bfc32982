using System.Diagnostics;
using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class GanTrainerTests
{
    private static readonly int[] Labels = [2, 0, 1, 2, 0, 1];

    private static Recipe Descent { get; } = new(Preset.R1, width: 3, latentSize: 4, batchSize: 6, learningRate: 1e-3, beta1: 0, seed: 5)
    {
        Optimizer = OptimizerKind.Sgd,
        DiscriminatorNormalization = NormalizationKind.None,
    };

    public static Dictionary<string, Recipe> Games { get; } = new()
    {
        ["R1"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3 },
        ["R1, lazy"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, PenaltyInterval = 4 },
        ["R1 in packs"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, Packing = 3 },
        ["R1 with labels"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, Classes = 3 },
        ["R1 with a hidden layer"] = Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, DiscriminatorHidden = 7 },
        ["WGAN-GP"] = Descent with { Loss = LossKind.Wasserstein, Penalty = PenaltyKind.WganGp, PenaltyWeight = 10 },
        ["WGAN-GP in packs"] = Descent with { Loss = LossKind.Wasserstein, Penalty = PenaltyKind.WganGp, PenaltyWeight = 10, Packing = 2 },
        ["least squares"] = Descent with { Loss = LossKind.LeastSquares },
        ["hinge with labels"] = Descent with { Loss = LossKind.Hinge, Classes = 3 },
        ["smoothing"] = Descent with { RealTarget = 0.9 },
    };

    public static TheoryData<string> Names => [.. Games.Keys];

    public static TheoryData<Preset> Presets => [.. Enum.GetValues<Preset>()];

    /// <summary>By plain descent, θ moves by −rate · gradient: that gradient is the derivative of D's loss and penalty, recomputed here from D's logits alone.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_discriminator_descends_its_loss_and_penalty(string name)
    {
        Recipe recipe = Games[name];
        var gan = recipe.CreateGan();
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real"), z = Values.Normal(new Shape(6, 4), "z");
        int[] labels = recipe.Classes > 0 ? Labels : [];
        GanTrainer trainer = recipe.TrainerFor(gan);
        DescentCheck.Check(gan.Discriminator, recipe.LearningRate, () => trainer.Step(new Batch(real, labels), z), Objective);

        double Objective()
        {
            gan.SetLabels(labels);
            var untouched = recipe.CreateGan();
            untouched.SetLabels(labels);
            Tensor fake = untouched.Generator.Forward(z);
            AdversarialLoss loss = recipe.Loss switch
            {
                LossKind.LeastSquares => new LeastSquaresLoss(),
                LossKind.Hinge => new HingeLoss(),
                LossKind.Wasserstein => new WassersteinLoss(),
                _ => new NonSaturatingLoss(recipe.RealTarget),
            };
            double value = loss.Real(gan.Discriminator.Forward(real)) + loss.Fake(gan.Discriminator.Forward(fake));
            int pack = recipe.Packing, pixels = 28 * 28 * pack;
            Tensor where = real.Clone();
            if (recipe.Penalty == PenaltyKind.WganGp)
            {
                var random = new RandomSource(recipe.Seed, "interpolation");
                for (int start = 0; start < where.Span.Length; start += pixels)
                {
                    float share = (float)random.NextDouble();
                    for (int i = start; i < start + pixels; i++)
                    {
                        where.Span[i] += share * (fake.Span[i] - where.Span[i]);
                    }
                }
            }

            Tensor logits = gan.Discriminator.Forward(where), ones = new(logits.Shape);
            ones.Span.Fill(1);
            float[] slopes = gan.Discriminator.Backward(ones, Gradients.Input).ToRowMajor();
            double penalty = slopes.Chunk(pixels).Average(g =>
            {
                double norm = Math.Sqrt(g.Sum(x => (double)x * x));
                return recipe.Penalty switch { PenaltyKind.R1 => norm * norm / 2, PenaltyKind.WganGp => (norm - 1) * (norm - 1), _ => 0 };
            });
            return value + (recipe.PenaltyWeight * recipe.PenaltyInterval * penalty);
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Every_preset_plays(Preset preset)
    {
        var recipe = Recipe.For(preset, preset == Preset.TfTutorial ? 64 : 3, batchSize: 4);
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        Tensor z = gan.Latents(2, new RandomSource(1, "z"));
        float[] before = gan.Generate(z, average: false).ToRowMajor();
        for (int i = 0; i < 6; i++)
        {
            StepReport report = trainer.Step(new Batch(Values.Normal(new Shape(4, 1, 28, 28), $"real {i}"), recipe.Classes > 0 ? new[] { 1, 0, 9, 9 } : default));
            if (recipe.Loss == LossKind.NonSaturating)
            {
                // A probability says less than an image that one is sure of costs: −log σ is convex (Jensen).
                Assert.True(report.DiscriminatorLoss >= -Math.Log(report.RealScore) - Math.Log(1 - report.FakeScore) - 1e-9);
            }

            Assert.Equal(recipe.Penalty != PenaltyKind.None, report.Penalty > 0);
        }

        Assert.Equal(6, trainer.Steps);
        Assert.NotEqual(before, gan.Generate(z, average: false).ToRowMajor());
    }

    [Fact]
    public void Labels_decide_what_is_made()
    {
        var recipe = Recipe.For(Preset.Conditional, width: 2, batchSize: 4);
        var gan = recipe.CreateGan();
        Assert.Equal(10, gan.Classes);
        Tensor z = new(new Shape(12, recipe.LatentSize));
        float[][] images = [.. gan.Generate(z).ToRowMajor().Chunk(784)];
        Assert.NotEqual(images[0], images[1]);
        Assert.Equal(images[1], images[11]); // 0 … 9, 0, 1
        Assert.Equal(images[7], gan.Generate(new Tensor(new Shape(1, recipe.LatentSize)), [7]).ToRowMajor());
        Assert.Throws<ArgumentException>(() => gan.Generate(z, [1, 2]));
        Assert.Throws<ArgumentException>(() => gan.Generate(new Tensor(new Shape(1, recipe.LatentSize)), [10]));
        var trainer = recipe.TrainerFor(gan);
        Assert.Throws<ArgumentException>(() => trainer.Step(new Tensor(new Shape(4, 1, 28, 28))));

        Gan unlabelled = Descent.CreateGan();
        Assert.Throws<ArgumentException>(() => unlabelled.Generate(unlabelled.Latents(1, new RandomSource(1, "z")), [1]));
    }

    [Fact]
    public void The_generator_plays_each_so_many_steps()
    {
        Recipe recipe = Descent with { DiscriminatorSteps = 3 };
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");
        float[] Weights() => [.. gan.Generator.Parameters.SelectMany(parameter => parameter.Value.ToRowMajor())];
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

        (float[] G, float[] D)[] Train(Recipe recipe)
        {
            var gan = recipe.CreateGan();
            var trainer = recipe.TrainerFor(gan);
            return [Weights(), .. new[] { 1, 2 }.Select(_ =>
            {
                trainer.Step(real);
                return Weights();
            })];

            (float[] G, float[] D) Weights() => ([.. gan.Generator.Parameters.SelectMany(p => p.Value.ToRowMajor())], [.. gan.Discriminator.Parameters.SelectMany(p => p.Value.ToRowMajor())]);
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
        Recipe falling = Descent with { DecaySteps = 2 };
        Gan gan = falling.CreateGan(), other = falling.CreateGan();
        GanTrainer trainer = falling.TrainerFor(gan), steady = (Descent with { LearningRate = Descent.LearningRate / 2 }).TrainerFor(other);
        trainer.Step(real);
        trainer.Step(real);
        foreach (((_, Tensor from), (_, Tensor to)) in gan.Generator.State.Concat(gan.Discriminator.State).Zip(other.Generator.State.Concat(other.Discriminator.State)))
        {
            from.Span.CopyTo(to.Span);
        }

        Tensor z = Values.Normal(new Shape(6, 4), "z");
        trainer.Step(real, z);
        steady.Step(real, z);
        Assert.Equal(other.Discriminator.State.Select(item => item.Value.ToRowMajor()), gan.Discriminator.State.Select(item => item.Value.ToRowMajor()));
    }

    /// <summary>Computed at every fourth step only, the penalty weighs four times as much, but what is reported is the penalty itself, until it is computed again.</summary>
    [Theory]
    [InlineData("R1")]
    [InlineData("WGAN-GP")]
    public void A_lazy_penalty_is_reported_as_it_is(string name)
    {
        Recipe each = Games[name], lazy = each with { PenaltyInterval = 4 };
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real"), z = Values.Normal(new Shape(6, 4), "z");
        double expected = each.Build().Step(real, z).Penalty;
        var trainer = lazy.Build();
        double[] reported = [.. Enumerable.Range(0, 5).Select(_ => trainer.Step(real, z).Penalty)];
        Assert.All(reported[..4], penalty => Assert.Equal(expected, penalty, 1e-6 * expected));
        Assert.NotEqual(reported[3], reported[4]);
    }

    [Fact]
    public void A_penalty_between_needs_as_many_generated_images_as_real_ones()
    {
        var trainer = Games["WGAN-GP"].Build();
        Tensor real = Values.Normal(new Shape(4, 1, 28, 28), "real");
        Assert.Contains("as many of each", Assert.Throws<ArgumentException>(() => trainer.Step(real, Values.Normal(new Shape(6, 4), "z"))).Message, StringComparison.Ordinal);
        trainer.Step(real); // latents of its own are as many
    }

    [Fact]
    public void The_discriminator_learns_and_the_generator_learns_against_it()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 8, batchSize: 32, learningRate: 1e-3);
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        ImageDataset strokes = Strokes.Make(256);
        var batches = new ShuffledBatches(strokes, 32, new RandomSource(1, "order"));
        StepReport[] reports = [.. Enumerable.Range(0, 40).Select(_ =>
        {
            // A step takes no longer than what is measured around it, however busy the machine is.
            Batch batch = batches.Next();
            long start = Stopwatch.GetTimestamp();
            StepReport report = trainer.Step(batch);
            Assert.True(double.IsFinite(report.ImagesPerSecond) && report.ImagesPerSecond >= 32 / Stopwatch.GetElapsedTime(start).TotalSeconds);
            return report;
        })];
        Assert.InRange(reports[0].DiscriminatorLoss, 1.0, 1.8); // about 2 ln 2: it guesses
        Assert.True(reports[^5..].Average(report => report.DiscriminatorLoss) < 0.6 * reports[0].DiscriminatorLoss);
        Assert.True(reports[^5..].Average(report => report.RealScore) > reports[^5..].Average(report => report.FakeScore) + 0.3);
        Assert.Equal(Enumerable.Range(1, 40).Select(step => (long)step), reports.Select(report => report.Step));

        // Now the discriminator stands still, and the generator alone must bring its loss down.
        var loss = new NonSaturatingLoss();
        var optimizer = new Adam(gan.Generator.Parameters, 1e-3, 0.5);
        Tensor z = gan.Latents(32, new RandomSource(2, "z"));
        double[] losses = [.. Enumerable.Range(0, 30).Select(_ =>
        {
            gan.Generator.ZeroGradients();
            double value = loss.Generator(gan.Discriminator.Forward(gan.Generator.Forward(z)));
            gan.Generator.Backward(gan.Discriminator.Backward(loss.Backward(), Gradients.Input), Gradients.Parameters);
            optimizer.Step();
            return value;
        })];
        Assert.True(losses[^1] < 0.5 * losses[0], $"{losses[0]} → {losses[^1]}");
    }

    [Fact]
    public void The_generators_step_leaves_the_discriminator_alone()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 3, batchSize: 4);
        var gan = recipe.CreateGan();
        Tensor fake = gan.Generator.Forward(gan.Latents(4, new RandomSource(1, "z")));
        var loss = new NonSaturatingLoss();
        gan.Discriminator.ZeroGradients();
        loss.Generator(gan.Discriminator.Forward(fake));
        gan.Discriminator.Backward(loss.Backward(), Gradients.Input);
        Assert.All(gan.Discriminator.Parameters, parameter => Assert.All(parameter.Gradient.ToRowMajor(), value => Assert.Equal(0, value)));
    }
}
