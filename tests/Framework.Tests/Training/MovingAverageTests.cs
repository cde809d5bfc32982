using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class MovingAverageTests
{
    /// <summary>d = min(0.5, (1 + t) / (10 + t)): 2/11, 3/12, 4/13, …, at last 0.5; statistics as well as weights.</summary>
    [Fact]
    public void It_follows_the_network_by_its_decay()
    {
        BatchNorm2D source = new(2), target = new(2);
        var average = new MovingAverage(source, target, decay: 0.5);
        double weight = 1, mean = 0;
        for (int t = 1; t <= 12; t++)
        {
            source.Weight.Value[1] = t;
            source.RunningMean[0] = -t;
            average.Update();
            double d = Math.Min(0.5, (1.0 + t) / (10 + t));
            (weight, mean) = ((d * weight) + ((1 - d) * t), (d * mean) - ((1 - d) * t));
            Assert.Equal(weight, target.Weight.Value[1], 1e-5);
            Assert.Equal(mean, target.RunningMean[0], 1e-5);
            Assert.Equal(t, source.Weight.Value[1]);
        }

        Assert.Equal(12, average.Steps);
    }

    [Fact]
    public void Without_decay_it_is_the_network_itself()
    {
        Linear source = new(1, 2), target = new(1, 2);
        source.Weight.Value.Span.Fill(3);
        new MovingAverage(source, target, decay: 0).Update();
        Assert.Equal([3, 3], target.Weight.Value.ToRowMajor());
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(new Linear(1, 2), new Linear(1, 2), -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(new Linear(1, 2), new Linear(1, 2), double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(new Linear(1, 2), new Linear(1, 2), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(new Linear(1, 2), new Linear(1, 2), 0.5) { Steps = -1 });
        Assert.Throws<ArgumentException>(() => new MovingAverage(new Linear(1, 2), new Linear(2, 2), 0.5));
        Assert.Throws<ArgumentException>(() => new MovingAverage(new Linear(1, 2), new Linear(1, 2, bias: false), 0.5));
        Assert.Throws<ArgumentException>(() => new GanConfiguration(GanPreset.Dcgan, 1, 1, 2, 1, 0, 1) { AverageDecay = 1 });
    }

    [Fact]
    public void Pictures_come_from_the_average_unless_the_raw_generator_is_asked_for()
    {
        var configuration = new GanConfiguration(GanPreset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1) { AverageDecay = 0.9 };
        var model = GanModel.Create(configuration);
        Tensor z = model.Latents(2, new RandomSource(1, "z"));
        Assert.Equal(model.Generate(z, average: false).ToRowMajor(), model.Generate(z).ToRowMajor()); // it begins as the generator does
        var trainer = new GanTrainer(model, configuration);
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(Values.Normal(new Shape(4, 1, 28, 28), "real"));
        }

        float[] average = model.Generate(z).ToRowMajor(), raw = model.Generate(z, average: false).ToRowMajor();
        Assert.NotEqual(average, raw);
        model.Generator.SetTraining(false);
        Assert.Equal(model.Generator.Forward(z).ToRowMajor(), raw);
        Assert.Null(GanModel.Create(new GanConfiguration(GanPreset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1)).AverageGenerator);
    }

    /// <summary>ā ← d · ā + (1 − d) · a at each step of G, and at no other: the average of G's weights, not of the game's steps.</summary>
    [Fact]
    public void The_trainer_moves_it_at_each_step_of_the_generator()
    {
        var configuration = new GanConfiguration(GanPreset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1) { AverageDecay = 0.25, DiscriminatorSteps = 2 };
        var model = GanModel.Create(configuration);
        var trainer = new GanTrainer(model, configuration);
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

            Assert.All(expected.Zip(model.AverageGenerator!.State.SelectMany(item => item.Value.ToRowMajor())), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        Assert.Equal(3, moves);
        Assert.True(expected.Zip(Raw(), (average, value) => Math.Abs(average - value)).Max() > 1e-3, "The network must have moved for its average to be told from it.");

        double[] Raw() => [.. model.Generator.State.SelectMany(item => item.Value.ToRowMajor()).Select(value => (double)value)];
    }
}
