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
            Assert.All(new[] { report.DiscriminatorLoss, report.GeneratorLoss, report.RealScore, report.FakeScore, report.Penalty }, value => Assert.True(double.IsFinite(value)));
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
        (float[] G, float[] D)[] steady = Train(Descent), falling = Train(Descent with { DecaySteps = 4 }), own = Train(Descent with { DiscriminatorLearningRate = 2e-3 });
        AssertRatio(0.75, Change(steady, step => step.D), Change(falling, step => step.D));
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
        static void AssertRatio(double expected, double[] steady, double[] other) =>
            Assert.Equal(expected, steady.Zip(other, (a, b) => a * b).Sum() / steady.Sum(a => a * a), 1e-3);
    }

    [Fact]
    public void A_penalty_between_needs_as_many_generated_images_as_real_ones()
    {
        GanConfiguration configuration = Games["WGAN-GP"];
        var trainer = new GanTrainer(GanModel.Create(configuration), configuration);
        Assert.Throws<ArgumentException>(() => trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), "real")));
    }

    [Theory]
    [InlineData("discriminator.2.weight (Conv2D)")]
    [InlineData("generator.0.weight (Linear)")]
    [InlineData("the real images")]
    public void Numbers_that_are_not_finite_stop_the_game_and_tell_where(string place)
    {
        GanConfiguration configuration = Descent;
        var model = GanModel.Create(configuration);
        var trainer = new GanTrainer(model, configuration);
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");
        trainer.Step(real);
        switch (place[0])
        {
            case 'd': ((Conv2D)model.Discriminator[2]).Weight.Value[1] = float.NaN; break;
            case 'g': ((Linear)model.Generator[0]).Weight.Value[1] = float.PositiveInfinity; break;
            default: real[3, 0, 5, 7] = float.NaN; break;
        }

        float[] before = [.. model.Discriminator.Parameters.SelectMany(parameter => parameter.Value.ToRowMajor())];
        DivergedException exception = Assert.Throws<DivergedException>(() => trainer.Step(real));
        Assert.Equal((2, place), (exception.Step, exception.Place));
        Assert.Equal(before, model.Discriminator.Parameters.SelectMany(parameter => parameter.Value.ToRowMajor()));
    }

    /// <summary>Where the numbers overflow, not the running statistics that they reach a layer later.</summary>
    [Fact]
    public void An_overflow_before_a_normalisation_is_not_taken_for_one_in_it()
    {
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 3, batchSize: 6);
        var model = GanModel.Create(configuration);
        var trainer = new GanTrainer(model, configuration);
        ((Linear)model.Generator[0]).Weight.Value.Span.Fill(3e38f);
        DivergedException exception = Assert.Throws<DivergedException>(() => trainer.Step(Values.Normal(new Shape(6, 1, 28, 28), "real")));
        Assert.Equal("the output of generator.0 (Linear)", exception.Place);
    }

    [Theory]
    [InlineData(LossKind.NonSaturating)]
    [InlineData(LossKind.LeastSquares)]
    [InlineData(LossKind.Hinge)]
    [InlineData(LossKind.Wasserstein)]
    public void No_loss_hides_what_is_no_number(LossKind kind)
    {
        AdversarialLoss loss = kind switch { LossKind.LeastSquares => new LeastSquaresLoss(), LossKind.Hinge => new HingeLoss(), LossKind.Wasserstein => new WassersteinLoss(), _ => new NonSaturatingLoss() };
        Tensor logits = Tensor.FromRowMajor(new Shape(2, 1), [0.5f, float.NaN]);
        Assert.All(new[] { loss.Real(logits), loss.Fake(logits), loss.Generator(logits) }, value => Assert.True(double.IsNaN(value)));
    }

    /// <summary>A weight that is finite, but too large for what it is multiplied with.</summary>
    [Fact]
    public void An_overflow_is_found_in_the_layer_where_it_happens()
    {
        var model = GanModel.Create(Descent);
        var trainer = new GanTrainer(model, Descent);
        ((Conv2D)model.Discriminator[2]).Weight.Value.Span.Fill(3e38f);
        DivergedException exception = Assert.Throws<DivergedException>(() => trainer.Step(Values.Normal(new Shape(6, 1, 28, 28), "real")));
        Assert.Equal("the output of discriminator.2 (Conv2D)", exception.Place);
    }
}
