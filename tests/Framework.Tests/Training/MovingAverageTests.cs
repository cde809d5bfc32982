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
            source.Weight.Value[1] = t;
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

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.All([1, -0.1, double.NaN], decay => Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(new Linear(1, 2), decay)));
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

            Assert.All(expected.Zip(gan.Average!.State.SelectMany(item => item.Value.ToRowMajor())), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        Assert.Equal(3, moves);
        Assert.True(expected.Zip(Raw(), (average, value) => Math.Abs(average - value)).Max() > 1e-3, "The network must have moved for its average to be told from it.");

        double[] Raw() => [.. gan.Generator.State.SelectMany(item => item.Value.ToRowMajor()).Select(value => (double)value)];
    }
}
