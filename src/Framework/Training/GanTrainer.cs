using System.Diagnostics;
using System.Globalization;
using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>
/// The game of Goodfellow et al. 2014, "Generative adversarial nets", algorithm 1: D learns to tell real images from
/// generated ones, then G to deceive it.
/// </summary>
/// <example>
/// <code>
/// var trainer = new GanTrainer(gan, new HingeLoss(), new Adam(2e-4), new Adam(2e-4))
/// {
///     Penalty = new R1Penalty(gamma: 1, interval: 4),
///     Average = 0.999,
/// };
/// foreach (Batch batch in dataset.Shuffled(batchSize: 64, seed: 1).Take(5000))
/// {
///     Console.WriteLine(trainer.Step(batch));
/// }
/// </code>
/// </example>
public sealed partial class GanTrainer : IGanTrainer
{
    private readonly Module generator, discriminator;
    private readonly Optimizer generatorOptimizer, discriminatorOptimizer;
    private readonly double generatorRate, discriminatorRate;
    private readonly AdversarialLoss loss;
    private readonly RandomSource latents;
    private readonly ulong seed;
    private Tensor? z;
    private PenaltyTerms penalties;
    private GradientClipping? generatorClipping, discriminatorClipping;

    /// <summary>Makes a trainer that starts from the networks as they are.</summary>
    /// <param name="gan">The networks; changed by each step.</param>
    /// <param name="loss">What both minimise.</param>
    /// <param name="generatorOptimizer">Moves the generator's parameters; without parameters so far.</param>
    /// <param name="discriminatorOptimizer">Moves the discriminator's parameters; without parameters so far.</param>
    /// <param name="seed">Of the latents and of what else is random in a step.</param>
    /// <exception cref="InvalidOperationException">An optimiser has parameters already.</exception>
    /// <exception cref="ArgumentException">The loss is of other classes than the networks.</exception>
    public GanTrainer(Gan gan, AdversarialLoss loss, Optimizer generatorOptimizer, Optimizer discriminatorOptimizer, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(gan);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(generatorOptimizer);
        ArgumentNullException.ThrowIfNull(discriminatorOptimizer);
        if (loss.Classes > 0 && loss.Classes != gan.Classes)
        {
            throw new ArgumentException(
                $"The loss has D tell {loss.Classes} classes apart, but the networks know {gan.Classes}. Give both the same number.",
                nameof(loss));
        }

        (Gan, this.loss, this.seed) = (gan, loss, seed);
        (generator, discriminator) = (gan.Generator, gan.Discriminator);
        (this.generatorOptimizer, this.discriminatorOptimizer) = (generatorOptimizer, discriminatorOptimizer);
        generatorOptimizer.Bind(generator.Parameters);
        discriminatorOptimizer.Bind(discriminator.Parameters);
        (generatorRate, discriminatorRate) = (generatorOptimizer.LearningRate, discriminatorOptimizer.LearningRate);
        latents = new RandomSource(seed, "latents");
        penalties = new PenaltyTerms([], discriminator, seed);
        generator.SetTraining(true);
        discriminator.SetTraining(true);
    }

    /// <summary>The networks.</summary>
    public Gan Gan { get; }

    /// <summary>What both networks minimise.</summary>
    public AdversarialLoss Loss => loss;

    /// <summary>Moves the generator's parameters.</summary>
    public Optimizer GeneratorOptimizer => generatorOptimizer;

    /// <summary>Moves the discriminator's parameters.</summary>
    public Optimizer DiscriminatorOptimizer => discriminatorOptimizer;

    /// <summary>The seed of the latents and of what else is random in a step.</summary>
    public ulong Seed => seed;

    /// <summary>Steps taken.</summary>
    public long Steps { get; internal set; }

    /// <summary>G's loss in its last step.</summary>
    internal double GeneratorLoss { get; set; }

    /// <summary>The penalties with their streams, and what they last were.</summary>
    internal PenaltyTerms PenaltyTerms => penalties;

    /// <summary>One step of the discriminator, then, if it is its turn, one of the generator, with fresh latents z ~ N(0, 1).</summary>
    /// <param name="batch">
    /// x: [N, C, H, W] in [−1, 1], and its labels, which the generated images get, too; networks that know no labels ignore them.
    /// </param>
    /// <returns>What the step measured.</returns>
    /// <exception cref="ArgumentException">The images or labels do not fit the networks.</exception>
    /// <exception cref="DivergedException">
    /// A loss, or a gradient that is to be clipped, is not finite; its network was not changed by it, and cannot go on.
    /// </exception>
    public StepReport Step(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch.Images, nameof(batch));
        return Step(batch, NextLatents(batch.Images.Shape.N));
    }

    /// <summary>As <see cref="Step(Batch)"/>, with given latents.</summary>
    /// <param name="batch">x: [N, C, H, W] in [−1, 1], and its labels.</param>
    /// <param name="z">z: [M, latent]; M = N where there are labels or a penalty with points of its own.</param>
    /// <returns>What the step measured.</returns>
    /// <exception cref="ArgumentException">The images, labels or latents do not fit the networks.</exception>
    /// <exception cref="DivergedException">
    /// A loss, or a gradient that is to be clipped, is not finite; its network was not changed by it, and cannot go on.
    /// </exception>
    public StepReport Step(Batch batch, Tensor z)
    {
        Tensor real = batch.Images;
        ArgumentNullException.ThrowIfNull(real, nameof(batch));
        long start = Stopwatch.GetTimestamp();
        Begin(batch);
        Tensor fake = generator.Forward(z);

        // D: minimise its loss on real images and on generated ones.
        discriminator.ZeroGradients();
        TellIfRelative(fake);
        Tensor logits = Judge(real);
        double realLoss = loss.Real(logits), realScore = loss.Score(logits);
        discriminator.Backward(loss.Backward(), Gradients.Parameters);
        penalties.At(PenaltyPoint.Real, real, logits, Steps);
        if (loss.IsRelative)
        {
            loss.Against(logits);
        }

        logits = Judge(fake);
        double fakeLoss = loss.Fake(logits), fakeScore = loss.Score(logits);
        discriminator.Backward(loss.Backward(), Gradients.Parameters);
        penalties.At(PenaltyPoint.Generated, fake, logits, Steps);
        penalties.Placed(real, fake, fake.Shape.N / logits.Shape.N, Steps);
        RequireFinite(realLoss + fakeLoss + penalties.Last, "discriminator's loss", real, z);
        Clip(discriminatorClipping, discriminator, "discriminator");
        discriminatorOptimizer.Step();

        // G: minimise its loss, through a D that stays as it is.
        if (Steps % DiscriminatorSteps == 0)
        {
            generator.ZeroGradients();
            TellIfRelative(real);
            GeneratorLoss = loss.Generator(Judge(fake));
            RequireFinite(GeneratorLoss, "generator's loss", real, z);
            generator.Backward(discriminator.Backward(loss.Backward(), Gradients.Input), Gradients.Parameters);
            Clip(generatorClipping, generator, "generator");
            generatorOptimizer.Step();
            Gan.Average?.Update();
        }

        Steps++;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new StepReport(Steps, realLoss + fakeLoss, GeneratorLoss, realScore, fakeScore, penalties.Last, real.Shape.N / seconds);
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The latents of the next step, in a tensor that the one after it reuses.</summary>
    internal Tensor NextLatents(int count)
    {
        if (z is null || z.Shape.N != count)
        {
            z = new Tensor(new Shape(count, Gan.LatentSize));
        }

        latents.FillNormal(z.Span);
        return z;
    }

    /// <summary>What a step begins with: checks its images and labels, tells them, and sets the learning rates.</summary>
    internal void Begin(Batch batch)
    {
        Shape images = batch.Images.Shape;
        if (images != Gan.ImageShape.Batch(images.N))
        {
            throw new ArgumentException(
                $"The images are {images}, but the generator makes {Gan.ImageShape.Batch(images.N)}. Give images of that shape, " +
                "or networks for these.",
                nameof(batch));
        }

        SetLearningRates();
        Gan.Average?.Begin();
        ReadOnlySpan<int> labels = Gan.Classes > 0 ? batch.Labels.Span : default;
        Gan.SetLabels(labels);
        (loss as IClassConditional)?.SetLabels(labels);
    }

    private void SetLearningRates()
    {
        if (Schedule is not null)
        {
            double factor = Schedule.FactorAt(Steps);
            (generatorOptimizer.LearningRate, discriminatorOptimizer.LearningRate) = (factor * generatorRate, factor * discriminatorRate);
        }
    }

    private Tensor Judge(Tensor images)
    {
        Tensor logits = discriminator.Forward(images);
        CheckLogits(logits.Shape);
        return logits;
    }

    /// <summary>Requires what the loss expects of D.</summary>
    internal void CheckLogits(Shape logits)
    {
        if (logits.Rank != 2 || logits.C != loss.Outputs)
        {
            throw new ArgumentException(
                $"The discriminator must make {(loss.Outputs == 1 ? "a logit" : $"{loss.Outputs} outputs")} per image, or per pack of " +
                $"them: [N, {loss.Outputs}]. It makes {logits}: end it with a Linear of {loss.Outputs} " +
                $"{(loss.Outputs == 1 ? "output" : "outputs")}.");
        }
    }

    private void TellIfRelative(Tensor others)
    {
        if (loss.IsRelative)
        {
            loss.Against(Judge(others));
        }
    }

    internal void RequireFinite(double value, string what, Tensor real, Tensor z)
    {
        if (!double.IsFinite(value))
        {
            throw new DivergedException(Steps + 1, what, FiniteCheck.FirstIn(Gan, z, real));
        }
    }

    private void Clip(GradientClipping? clipping, Module network, string name)
    {
        if (clipping is not null && !double.IsFinite(clipping.Clip()))
        {
            throw new DivergedException(Steps + 1, $"{name}'s gradient", FiniteCheck.FirstGradientIn(network, name));
        }
    }
}
