using System.Diagnostics;
using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class GanTrainingTests
{
    [Theory]
    [InlineData(GanPreset.TfTutorial, 64, 2_305_472, 212_865)]
    [InlineData(GanPreset.Conditional, 32, 100_352 + 31_360 + 128 + 32_768 + 64 + 9_216 + 64 + 513, 544 + 32_768 + 64 + 401_536 + 1_290)]
    [InlineData(GanPreset.Dcgan, 32, 100_352 + 128 + 32_768 + 64 + 513, 544 + 32_768 + 128 + 3_137)]
    public void Parameter_counts(GanPreset preset, int width, long generator, long discriminator)
    {
        var model = GanModel.Create(GanConfiguration.For(preset, width));
        Assert.Equal((generator, discriminator), (model.Generator.ParameterCount, model.Discriminator.ParameterCount));
    }

    [Theory]
    [InlineData(NormalizationKind.None)]
    [InlineData(NormalizationKind.Spectral)]
    [InlineData(NormalizationKind.Batch)]
    public void A_hidden_layer_stands_between_convolutions_and_logit(NormalizationKind normalization)
    {
        var plain = new GanConfiguration(GanPreset.Dcgan, width: 3, latentSize: 2, batchSize: 4, learningRate: 1e-3, beta1: 0.5, seed: 1) { DiscriminatorNormalization = normalization };
        Sequential without = GanModel.Create(plain).Discriminator, with = GanModel.Create(plain with { DiscriminatorHidden = 5 }).Discriminator;
        const int features = 6 * 7 * 7;
        Assert.Equal(without.ParameterCount - (features + 1) + (5 * (features + 1)) + (5 + 1), with.ParameterCount);
        Assert.Equal(new Shape(4, 1), with.Forward(Values.Normal(new Shape(4, 1, 28, 28), "x")).Shape);
    }

    [Fact]
    public void Further_convolutions_of_the_generator_keep_the_size()
    {
        var plain = new GanConfiguration(GanPreset.Dcgan, width: 3, latentSize: 2, batchSize: 4, learningRate: 1e-3, beta1: 0.5, seed: 1);
        GanModel without = GanModel.Create(plain), with = GanModel.Create(plain with { GeneratorConvolutions = 2 });
        Assert.Equal(without.Generator.ParameterCount + (2 * ((3 * 3 * 9) + 6)), with.Generator.ParameterCount);
        Assert.Equal(new Shape(2, 1, 28, 28), with.Generate(with.Latents(2, new RandomSource(1, "z"))).Shape);
    }

    [Theory]
    [InlineData(GanPreset.Dcgan, 3)]
    [InlineData(GanPreset.TfTutorial, 64)]
    public void Networks_make_and_take_28x28(GanPreset preset, int width)
    {
        var model = GanModel.Create(GanConfiguration.For(preset, width));
        Tensor images = model.Generate(model.Latents(2, new RandomSource(1, "z")));
        Assert.Equal(new Shape(2, 1, 28, 28), images.Shape);
        Assert.All(images.ToRowMajor(), value => Assert.InRange(value, -1, 1));
        Assert.Equal(new Shape(2, 1), model.Discriminator.Forward(images).Shape);
        Assert.True(model.Generator.IsTraining);
    }

    [Fact]
    public void The_discriminator_learns_and_the_generator_learns_against_it()
    {
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 8, batchSize: 32, learningRate: 1e-3);
        var model = GanModel.Create(configuration);
        var trainer = new GanTrainer(model, configuration);
        ImageDataset strokes = Strokes.Make(256);
        var batches = new ShuffledBatches(strokes, 32, new RandomSource(1, "order"));
        StepReport[] reports = [.. Enumerable.Range(0, 40).Select(_ =>
        {
            // A step takes no longer than what is measured around it, however busy the machine is.
            Tensor real = batches.Next();
            long start = Stopwatch.GetTimestamp();
            StepReport report = trainer.Step(real);
            Assert.True(double.IsFinite(report.ImagesPerSecond) && report.ImagesPerSecond >= 32 / Stopwatch.GetElapsedTime(start).TotalSeconds);
            return report;
        })];
        Assert.InRange(reports[0].DiscriminatorLoss, 1.0, 1.8); // about 2 ln 2: it guesses
        Assert.True(reports[^5..].Average(report => report.DiscriminatorLoss) < 0.6 * reports[0].DiscriminatorLoss);
        Assert.True(reports[^5..].Average(report => report.RealScore) > reports[^5..].Average(report => report.FakeScore) + 0.3);
        Assert.Equal(Enumerable.Range(1, 40).Select(step => (long)step), reports.Select(report => report.Step));

        // Now the discriminator stands still, and the generator alone must bring its loss down.
        var loss = new NonSaturatingLoss();
        var optimizer = new Adam(model.Generator.Parameters, 1e-3, 0.5);
        Tensor z = model.Latents(32, new RandomSource(2, "z"));
        double[] losses = [.. Enumerable.Range(0, 30).Select(_ =>
        {
            model.Generator.ZeroGradients();
            double value = loss.Generator(model.Discriminator.Forward(model.Generator.Forward(z)));
            model.Generator.Backward(model.Discriminator.Backward(loss.Backward(), Gradients.Input), Gradients.Parameters);
            optimizer.Step();
            return value;
        })];
        Assert.True(losses[^1] < 0.5 * losses[0], $"{losses[0]} → {losses[^1]}");
    }

    [Fact]
    public void The_generators_step_leaves_the_discriminator_alone()
    {
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 3, batchSize: 4);
        var model = GanModel.Create(configuration);
        Tensor fake = model.Generator.Forward(model.Latents(4, new RandomSource(1, "z")));
        var loss = new NonSaturatingLoss();
        model.Discriminator.ZeroGradients();
        loss.Generator(model.Discriminator.Forward(fake));
        model.Discriminator.Backward(loss.Backward(), Gradients.Input);
        Assert.All(model.Discriminator.Parameters, parameter => Assert.All(parameter.Gradient.ToRowMajor(), value => Assert.Equal(0, value)));
    }
}
