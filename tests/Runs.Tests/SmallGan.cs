using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Runs;

/// <summary>
/// A GAN of a user's own for 4×6 colour images, as small as can be, that has all that a checkpoint must keep: an average, dropout, a
/// penalty that is not computed at each step.
/// </summary>
internal static class SmallGan
{
    /// <summary>The same each time.</summary>
    public static GanTrainer Trainer(double learningRate = 0.01, int features = 4)
    {
        Sequential generator = [new Linear(3, 3 * 4 * 6), new Reshape(3, 4, 6), new BatchNorm2D(3), new Tanh()];
        Sequential discriminator = [new Conv2D(3, features, 3, stride: 2, padding: 1), new LeakyReLU(0.2f),
            new Dropout(0.3f, new RandomSource(1, "dropout")), new Flatten(), new Linear(features * 2 * 3, 1)];
        Initializers.Default(generator, new RandomSource(1, "generator"));
        Initializers.Default(discriminator, new RandomSource(1, "discriminator"));
        return new GanTrainer(
            new Gan(generator, discriminator, latentSize: 3), new HingeLoss(), new Adam(learningRate), new Adam(learningRate))
        {
            Penalty = new R1Penalty(gamma: 1, interval: 3),
            Average = 0.9,
        };
    }

    /// <summary>Images of noise, four at a time.</summary>
    public static GeneratedBatches Batches() => new(BatchAt);

    /// <summary>One of them.</summary>
    public static Batch BatchAt(long number)
    {
        var images = new Tensor(new Shape(4, 3, 4, 6));
        new RandomSource(1, $"images {number}").FillUniform(images.Span, -1, 1);
        return images;
    }
}
