using System.Diagnostics;
using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class GanTrainerTests
{
    private static readonly int[] Labels = [2, 0, 1, 2, 0, 1];

    public static Dictionary<string, Recipe> Games { get; } = new()
    {
        ["R1"] = Descending.Recipe with { Penalty = PenaltyKind.R1, PenaltyWeight = 3 },
        ["R1, lazy"] = Descending.Recipe with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, PenaltyInterval = 4 },
        ["R1 in packs"] = Descending.Recipe with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, Packing = 3 },
        ["R1 with labels"] = Descending.Recipe with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, Classes = 3 },
        ["R1 with a hidden layer"] = Descending.Recipe with { Penalty = PenaltyKind.R1, PenaltyWeight = 3, DiscriminatorHidden = 7 },
        ["WGAN-GP"] = Descending.Recipe with { Loss = LossKind.Wasserstein, Penalty = PenaltyKind.WganGp, PenaltyWeight = 10 },
        ["WGAN-GP in packs"] =
            Descending.Recipe with { Loss = LossKind.Wasserstein, Penalty = PenaltyKind.WganGp, PenaltyWeight = 10, Packing = 2 },
        ["least squares"] = Descending.Recipe with { Loss = LossKind.LeastSquares },
        ["hinge with labels"] = Descending.Recipe with { Loss = LossKind.Hinge, Classes = 3 },
        ["smoothing"] = Descending.Recipe with { RealTarget = 0.9 },
    };

    public static TheoryData<string> Names => [.. Games.Keys];

    public static TheoryData<Preset> Presets => [.. Enum.GetValues<Preset>()];

    /// <summary>
    /// By plain descent, θ moves by −rate · gradient: that gradient is the derivative of D's loss and penalty,
    /// recomputed here from D's logits alone.
    /// </summary>
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
            StepReport report = trainer.Step(
                new Batch(Values.Normal(new Shape(4, 1, 28, 28), $"real {i}"), recipe.Classes > 0 ? new[] { 1, 0, 9, 9 } : default));
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

        Gan unlabelled = Descending.Recipe.CreateGan();
        Assert.Throws<ArgumentException>(() => unlabelled.Generate(unlabelled.Latents(1, new RandomSource(1, "z")), [1]));
    }

    /// <summary>
    /// Computed at every fourth step only, the penalty weighs four times as much, but what is reported is the penalty
    /// itself, until it is computed again.
    /// </summary>
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
        Assert.Contains(
            "as many images of each kind, of the same shape, but got [4, 1, 28, 28] and [6, 1, 28, 28]",
            Assert.Throws<ArgumentException>(() => trainer.Step(real, Values.Normal(new Shape(6, 4), "z"))).Message,
            StringComparison.Ordinal);
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
            Assert.True(
                double.IsFinite(report.ImagesPerSecond) && report.ImagesPerSecond >= 32 / Stopwatch.GetElapsedTime(start).TotalSeconds);
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
