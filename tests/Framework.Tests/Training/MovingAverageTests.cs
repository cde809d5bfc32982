using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class MovingAverageTests
{
    /// <summary>d = min(0.5, (1 + t) / (10 + t)): 2/11, 3/12, 4/13, …, at last 0.5; statistics as well as weights.</summary>
    [Fact]
    public void It_follows_the_network_by_its_decay()
    {
        var source = new BatchNorm2D(2);
        var average = new MovingAverage(source, decay: 0.5);
        Assert.Equal(["weight", "bias", "running_mean", "running_var"], average.State.Select(item => item.Name));
        Tensor target = average.State[0].Value, targetMean = average.State[2].Value;
        average.Begin();
        double weight = 1, mean = 0;
        for (int t = 1; t <= 12; t++)
        {
            source.Weight!.Value[1] = t;
            source.RunningMean[0] = -t;
            average.Update();
            double d = Math.Min(0.5, (1.0 + t) / (10 + t));
            (weight, mean) = ((d * weight) + ((1 - d) * t), (d * mean) - ((1 - d) * t));
            Assert.Equal(weight, target[1], 1e-5);
            Assert.Equal(mean, targetMean[0], 1e-5);
            Assert.Equal(t, source.Weight.Value[1]);
        }

        Assert.Equal(12, average.Steps);
    }

    /// <summary>More elements than one thread takes at a time, and not a multiple of them.</summary>
    [Fact]
    public void It_follows_all_elements_of_a_large_network()
    {
        var source = new Linear(150, 231, bias: false);
        var average = new MovingAverage(source, decay: 0.5);
        average.Begin();
        float[] before = source.Weight.Value.ToRowMajor();
        Values.Normal(source.Weight.Value.Shape, "moved").Span.CopyTo(source.Weight.Value.Span);
        average.Update();
        float[] moved = source.Weight.Value.ToRowMajor(), after = average.State[0].Value.ToRowMajor();
        const float d = 2f / 11;
        Assert.All(Enumerable.Range(0, before.Length), i => Assert.Equal((d * before[i]) + ((1 - d) * moved[i]), after[i], 1e-6f));
    }

    [Fact]
    public void Without_decay_it_is_the_network_itself()
    {
        var source = new Linear(1, 2);
        var average = new MovingAverage(source, decay: 0);
        average.Begin();
        source.Weight.Value.Span.Fill(3);
        average.Update();
        Assert.Equal([3, 3], average.State[0].Value.ToRowMajor());
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.All([1, -0.1, double.NaN], decay =>
            Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(new Linear(1, 2), decay)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(new Linear(1, 2), 0.5) { Steps = -1 });
        Assert.Throws<ArgumentNullException>(() => new MovingAverage(null!, 0.5));
        Assert.Throws<ArgumentException>(() => new Recipe(Preset.Dcgan, 1, 1, 2, 1, 0, 1) { AverageDecay = 1 });
    }

    [Fact]
    public void Pictures_come_from_the_average_unless_the_raw_generator_is_asked_for()
    {
        var recipe = new Recipe(Preset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1) { AverageDecay = 0.9 };
        var gan = recipe.CreateGan();
        Tensor z = gan.Latents(2, new RandomSource(1, "z"));
        Assert.Equal(gan.Generate(z, average: false).ToRowMajor(), gan.Generate(z).ToRowMajor()); // it begins as the generator does
        var trainer = recipe.TrainerFor(gan);
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), "real"));
        }

        float[] average = gan.Generate(z).ToRowMajor(), raw = gan.Generate(z, average: false).ToRowMajor();
        Assert.NotEqual(average, raw);
        gan.Generator.SetTraining(false);
        Assert.Equal(gan.Generator.Forward(z).ToRowMajor(), raw);
        Assert.Null(new Recipe(Preset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1).Build().Gan.Average);
    }

    /// <summary>
    /// Weights may be set between the making of a trainer and its first step, by an initialiser or from a file: the
    /// average begins as they are then.
    /// </summary>
    [Fact]
    public void It_begins_as_the_network_is_at_the_first_step()
    {
        var recipe = new Recipe(Preset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1) { AverageDecay = 0.999 };
        GanTrainer trainer = recipe.Build(), seeded = (recipe with { Seed = 2 }).Build();
        foreach ((NamedTensor from, NamedTensor to) in seeded.Gan.State.Zip(trainer.Gan.Generator.State))
        {
            from.Value.Span.CopyTo(to.Value.Span);
        }

        float[] begun = [.. trainer.Gan.Generator.State.SelectMany(item => item.Value.ToRowMajor())];
        trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), "real"));
        float[] raw = [.. trainer.Gan.Generator.State.SelectMany(item => item.Value.ToRowMajor())],
            average = [.. trainer.Gan.Average!.State.SelectMany(item => item.Value.ToRowMajor())];
        Assert.All(begun.Zip(raw, average), x => Assert.Equal((2 / 11.0 * x.First) + (9 / 11.0 * x.Second), x.Third, 1e-5));
    }

    /// <summary>
    /// After a load the average goes on from the file's values and its step t, not from the weights, nor with the small
    /// d of the first steps.
    /// </summary>
    [Fact]
    public void It_goes_on_after_a_load()
    {
        using var folder = new TemporaryFolder();
        var recipe = new Recipe(Preset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1) { AverageDecay = 0.9 };
        GanTrainer trainer = recipe.Build();
        for (int step = 0; step < 5; step++)
        {
            trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), $"real {step}"));
        }

        trainer.Save(folder["file"], recipe.Metadata);
        GanTrainer resumed = recipe.Build(), fromRecipe = recipe.TrainerFor(Recipe.LoadGan(folder["file"]));
        resumed.Load(folder["file"]);
        Assert.Equal((5, 0.9), (resumed.Gan.Average!.Steps, resumed.Gan.Average.Decay));
        Assert.Equal(0.9, fromRecipe.Gan.Average!.Decay);
        fromRecipe.Load(folder["file"]);
        foreach (GanTrainer next in (GanTrainer[])[trainer, resumed, fromRecipe])
        {
            double[] before = Flat(next.Gan.Average!.State);
            next.Step(Values.Normal(new Shape(4, 1, 28, 28), "real 5"));
            double[] raw = Flat(next.Gan.Generator.State);
            const double d = 7 / 16.0; // (1 + t) / (10 + t) at t = 6
            Assert.All(before.Zip(raw, Flat(next.Gan.Average.State)), x =>
                Assert.Equal((d * x.First) + ((1 - d) * x.Second), x.Third, 1e-5));
        }

        Assert.Equal(Flat(trainer.Gan.State), Flat(resumed.Gan.State));
        Assert.Equal(Flat(trainer.Gan.State), Flat(fromRecipe.Gan.State));

        static double[] Flat(IEnumerable<NamedTensor> state) =>
            [.. state.SelectMany(item => item.Value.ToRowMajor()).Select(value => (double)value)];
    }

    /// <summary>
    /// Networks from a file with an average, and a trainer that starts anew: its decay, and the file's average to begin with.
    /// </summary>
    [Fact]
    public void A_new_trainer_takes_up_the_average_of_its_networks_or_drops_it()
    {
        using var folder = new TemporaryFolder();
        var recipe = new Recipe(Preset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1) { AverageDecay = 0.9 };
        GanTrainer trainer = recipe.Build();
        trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), "real"));
        trainer.Gan.Save(folder["file"]);
        Gan gan = recipe.CreateGan();
        gan.Load(folder["file"]);
        Tensor z = gan.Latents(2, new RandomSource(1, "z"));
        float[] average = gan.Generate(z).ToRowMajor();
        (recipe with { AverageDecay = 0.25 }).TrainerFor(gan);
        Assert.Equal(0.25, gan.Average!.Decay);
        Assert.Equal(average, gan.Generate(z).ToRowMajor());
        (recipe with { AverageDecay = 0 }).TrainerFor(gan);
        Assert.Null(gan.Average);
        Assert.Equal(gan.Generate(z, average: false).ToRowMajor(), gan.Generate(z).ToRowMajor());
    }

    /// <summary>ā ← d · ā + (1 − d) · a at each step of G, and at no other: the average of G's weights, not of the game's steps.</summary>
    [Fact]
    public void The_trainer_moves_it_at_each_step_of_the_generator()
    {
        var recipe = new Recipe(Preset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1) { AverageDecay = 0.25, DiscriminatorSteps = 2 };
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        double[] expected = Raw();
        int moves = 0;
        for (int step = 0; step < 5; step++)
        {
            trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), $"real {step}"));
            if (step % 2 == 0)
            {
                moves++;
                double d = Math.Min(0.25, (1.0 + moves) / (10 + moves));
                expected = [.. expected.Zip(Raw(), (average, value) => (d * average) + ((1 - d) * value))];
            }

            Assert.All(expected.Zip(gan.Average!.State.SelectMany(item => item.Value.ToRowMajor())), pair =>
                Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        Assert.Equal(3, moves);
        Assert.True(
            expected.Zip(Raw(), (average, value) => Math.Abs(average - value)).Max() > 1e-3,
            "The network must have moved for its average to be told from it.");

        double[] Raw() => [.. gan.Generator.State.SelectMany(item => item.Value.ToRowMajor()).Select(value => (double)value)];
    }
}
