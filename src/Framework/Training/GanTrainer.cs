using System.Diagnostics;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>
/// The game of Goodfellow et al. 2014, "Generative adversarial nets", algorithm 1, with one step of D and one of G a batch, G's loss in the
/// non-saturating form of its section 3, and Adam for both.
/// </summary>
public sealed class GanTrainer
{
    private readonly Sequential generator, discriminator;
    private readonly Adam generatorOptimizer, discriminatorOptimizer;
    private readonly AdversarialLoss loss = new NonSaturatingLoss();
    private readonly RandomSource latents;
    private readonly Tensor z;
    private readonly MovingAverage? average;
    private long steps;

    /// <summary>Makes a trainer that continues from the model as it is.</summary>
    /// <param name="model">The networks; changed by each step.</param>
    /// <param name="configuration">Batch size, learning rate and seed.</param>
    public GanTrainer(GanModel model, GanConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(configuration);
        (generator, discriminator) = (model.Generator, model.Discriminator);
        generatorOptimizer = new Adam(generator.Parameters, configuration.LearningRate, configuration.Beta1);
        discriminatorOptimizer = new Adam(discriminator.Parameters, configuration.LearningRate, configuration.Beta1);
        latents = new RandomSource(configuration.Seed, "latents");
        z = new Tensor(new Shape(configuration.BatchSize, model.LatentSize));
        average = model.AverageGenerator is null ? null : new MovingAverage(generator, model.AverageGenerator, configuration.AverageDecay);
        generator.SetTraining(true);
        discriminator.SetTraining(true);
    }

    /// <summary>One step of the discriminator, then one of the generator, with fresh latents z ~ N(0, 1).</summary>
    /// <param name="real">x: [N, 1, 28, 28] in [−1, 1]; N need not be the batch size of the fakes.</param>
    /// <returns>What the step measured.</returns>
    /// <exception cref="ArgumentException">The images do not fit the discriminator.</exception>
    public StepReport Step(Tensor real)
    {
        latents.FillNormal(z.Span);
        return Step(real, z);
    }

    /// <summary>One step of the discriminator, then one of the generator, with given latents.</summary>
    /// <param name="real">x: [N, 1, 28, 28] in [−1, 1].</param>
    /// <param name="z">z: [M, latent].</param>
    /// <returns>What the step measured.</returns>
    /// <exception cref="ArgumentException">The images do not fit the discriminator, or the latents the generator.</exception>
    public StepReport Step(Tensor real, Tensor z)
    {
        ArgumentNullException.ThrowIfNull(real);
        long start = Stopwatch.GetTimestamp();
        Tensor fake = generator.Forward(z);

        // D: minimise −log D(x) − log(1 − D(G(z))).
        discriminator.ZeroGradients();
        Tensor logits = discriminator.Forward(real);
        double realLoss = loss.Real(logits), realScore = loss.Score(logits);
        discriminator.Backward(loss.Backward(), Gradients.Parameters);
        logits = discriminator.Forward(fake);
        double fakeLoss = loss.Fake(logits), fakeScore = loss.Score(logits);
        discriminator.Backward(loss.Backward(), Gradients.Parameters);
        discriminatorOptimizer.Step();

        // G: minimise −log D(G(z)), through a D that stays as it is.
        generator.ZeroGradients();
        double generatorLoss = loss.Generator(discriminator.Forward(fake));
        generator.Backward(discriminator.Backward(loss.Backward(), Gradients.Input), Gradients.Parameters);
        generatorOptimizer.Step();
        average?.Update();

        steps++;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new StepReport(steps, realLoss + fakeLoss, generatorLoss, realScore, fakeScore, real.Shape.N / seconds);
    }
}
