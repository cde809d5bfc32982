using System.Diagnostics;
using System.Globalization;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>
/// The game of Goodfellow et al. 2014, "Generative adversarial nets", algorithm 1: D learns to tell real images from generated ones, then G to deceive it.
/// Which loss, penalty and optimisers, the configuration says.
/// </summary>
public sealed class GanTrainer
{
    /// <summary>The name under which a state tells its steps.</summary>
    internal const string StepsName = "steps";

    private const string GeneratorStepsName = "generator_steps", GeneratorLossName = "generator_loss", PenaltyName = "penalty";

    private readonly GanConfiguration configuration;
    private readonly GanModel model;
    private readonly Sequential generator, discriminator;
    private readonly Optimizer generatorOptimizer, discriminatorOptimizer;
    private readonly AdversarialLoss loss;
    private readonly DiscriminatorPenalty? penalty;
    private readonly RandomSource latents;
    private readonly Tensor z;
    private readonly MovingAverage? average;
    private double generatorLoss;

    /// <summary>Makes a trainer that starts from the model as it is.</summary>
    /// <param name="model">The networks; changed by each step.</param>
    /// <param name="configuration">Batch size, game, learning rates and seed.</param>
    public GanTrainer(GanModel model, GanConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(configuration);
        (this.model, this.configuration) = (model, configuration);
        (generator, discriminator) = (model.Generator, model.Discriminator);
        generatorOptimizer = OptimizerFor(generator);
        discriminatorOptimizer = OptimizerFor(discriminator);
        loss = configuration.Loss switch
        {
            LossKind.LeastSquares => new LeastSquaresLoss(),
            LossKind.Hinge => new HingeLoss(),
            LossKind.Wasserstein => new WassersteinLoss(),
            _ => new NonSaturatingLoss(configuration.RealTarget),
        };
        penalty = configuration.Penalty == PenaltyKind.None ? null : new DiscriminatorPenalty(discriminator, configuration);
        latents = new RandomSource(configuration.Seed, "latents");
        z = new Tensor(new Shape(configuration.BatchSize, model.LatentSize));
        average = model.AverageGenerator is null ? null : new MovingAverage(generator, model.AverageGenerator, configuration.AverageDecay);
        generator.SetTraining(true);
        discriminator.SetTraining(true);
    }

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>One step of the discriminator, then, if it is its turn, one of the generator, with fresh latents z ~ N(0, 1).</summary>
    /// <param name="real">x: [N, 1, 28, 28] in [−1, 1].</param>
    /// <param name="labels">The labels of x, which the generated images get, too; none for networks that know none.</param>
    /// <returns>What the step measured.</returns>
    /// <exception cref="ArgumentException">The images or labels do not fit the networks.</exception>
    /// <exception cref="DivergedException">A loss is no finite number; the network whose loss it is was not changed by it, and cannot go on.</exception>
    public StepReport Step(Tensor real, ReadOnlySpan<int> labels = default)
    {
        latents.FillNormal(z.Span);
        return Step(real, z, labels);
    }

    /// <summary>As <see cref="Step(Tensor, ReadOnlySpan{int})"/>, with given latents.</summary>
    /// <param name="real">x: [N, 1, 28, 28] in [−1, 1].</param>
    /// <param name="z">z: [M, latent]; M = N where there are labels or the penalty of WGAN-GP.</param>
    /// <param name="labels">The labels of x and of G(z).</param>
    /// <returns>What the step measured.</returns>
    /// <exception cref="ArgumentException">The images, labels or latents do not fit the networks.</exception>
    /// <exception cref="DivergedException">A loss is no finite number; the network whose loss it is was not changed by it, and cannot go on.</exception>
    public StepReport Step(Tensor real, Tensor z, ReadOnlySpan<int> labels = default)
    {
        ArgumentNullException.ThrowIfNull(real);
        long start = Stopwatch.GetTimestamp();
        SetLearningRates();
        model.SetLabels(labels);
        Tensor fake = generator.Forward(z);

        // D: minimise its loss on real images and on generated ones.
        discriminator.ZeroGradients();
        Tensor logits = discriminator.Forward(real);
        double realLoss = loss.Real(logits), realScore = loss.Score(logits);
        discriminator.Backward(loss.Backward(), Gradients.Parameters);
        penalty?.AtReal(logits, Steps);
        logits = discriminator.Forward(fake);
        double fakeLoss = loss.Fake(logits), fakeScore = loss.Score(logits);
        discriminator.Backward(loss.Backward(), Gradients.Parameters);
        penalty?.Between(real, fake, Steps);
        RequireFinite(realLoss + fakeLoss + (penalty?.Last ?? 0), "discriminator's loss", real, z);
        discriminatorOptimizer.Step();

        // G: minimise its loss, through a D that stays as it is.
        if (Steps % configuration.DiscriminatorSteps == 0)
        {
            generator.ZeroGradients();
            generatorLoss = loss.Generator(discriminator.Forward(fake));
            RequireFinite(generatorLoss, "generator's loss", real, z);
            generator.Backward(discriminator.Backward(loss.Backward(), Gradients.Input), Gradients.Parameters);
            generatorOptimizer.Step();
            average?.Update();
        }

        Steps++;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new StepReport(Steps, realLoss + fakeLoss, generatorLoss, realScore, fakeScore, penalty?.Last ?? 0, real.Shape.N / seconds);
    }

    /// <summary>A copy of what the trainer remembers beside the networks.</summary>
    public TrainerState Capture() => new(
        [.. State().Select(tensor => tensor with { Value = tensor.Value.Clone() })],
        new Dictionary<string, string>(Streams().Select(stream => KeyValuePair.Create(stream.Key, stream.Value.Position)))
        {
            [StepsName] = Text(Steps),
            [GeneratorStepsName] = Text(generatorOptimizer.Steps),
            [GeneratorLossName] = Text(generatorLoss),
            [PenaltyName] = Text(penalty?.Last ?? 0),
        });

    /// <summary>Goes on where another trainer of the same configuration, with the same networks, was captured.</summary>
    /// <param name="state">What it remembered; copied.</param>
    /// <exception cref="FormatException">It is that of another configuration, or damaged; the trainer must not be used then.</exception>
    public void Restore(TrainerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Dictionary<string, Tensor> tensors = state.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        foreach ((string name, Tensor own) in State())
        {
            if (!tensors.Remove(name, out Tensor? from) || from.Shape != own.Shape)
            {
                throw new FormatException($"The state of the training is that of another configuration: '{name}' should be {own.Shape}, but is {from?.Shape.ToString() ?? "missing"}.");
            }

            from.Span.CopyTo(own.Span);
        }

        string ValueOf(string name) => state.Values.TryGetValue(name, out string? value) ? value : throw new FormatException($"The state of the training lacks '{name}'.");
        foreach ((string name, RandomSource stream) in Streams())
        {
            stream.Position = ValueOf(name);
        }

        if (tensors.Count > 0 || state.Values.Count != Streams().Count + 4 ||
            !long.TryParse(ValueOf(StepsName), CultureInfo.InvariantCulture, out long steps) || steps < 0 ||
            !long.TryParse(ValueOf(GeneratorStepsName), CultureInfo.InvariantCulture, out long generatorSteps) || generatorSteps < 0 || generatorSteps > steps ||
            !double.TryParse(ValueOf(GeneratorLossName), CultureInfo.InvariantCulture, out generatorLoss) ||
            !double.TryParse(ValueOf(PenaltyName), CultureInfo.InvariantCulture, out double lastPenalty) ||
            !double.IsFinite(generatorLoss + lastPenalty))
        {
            throw new FormatException("The state of the training is damaged, or that of another configuration.");
        }

        (Steps, discriminatorOptimizer.Steps, generatorOptimizer.Steps) = (steps, steps, generatorSteps);
        if (average is not null)
        {
            average.Steps = generatorSteps;
        }

        if (penalty is not null)
        {
            penalty.Last = lastPenalty;
        }
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString("R", CultureInfo.InvariantCulture);

    private IEnumerable<NamedTensor> State() =>
        generatorOptimizer.State.Select(tensor => tensor with { Name = "generator_optimizer." + tensor.Name })
            .Concat(discriminatorOptimizer.State.Select(tensor => tensor with { Name = "discriminator_optimizer." + tensor.Name }));

    private Dictionary<string, RandomSource> Streams()
    {
        var streams = new Dictionary<string, RandomSource>(model.Streams) { ["latents"] = latents };
        if (penalty is not null)
        {
            streams["interpolation"] = penalty.Random;
        }

        return streams;
    }

    private Optimizer OptimizerFor(Sequential network) => configuration.Optimizer switch
    {
        OptimizerKind.RmsProp => new RmsProp(network.Parameters, configuration.LearningRate, configuration.Beta2),
        OptimizerKind.Sgd => new Sgd(network.Parameters, configuration.LearningRate, configuration.Beta1),
        _ => new Adam(network.Parameters, configuration.LearningRate, configuration.Beta1, configuration.Beta2),
    };

    private void SetLearningRates()
    {
        long steps = configuration.DecaySteps;
        double share = steps == 0 ? 1 : Math.Max(1, steps - Steps) / (double)steps;
        generatorOptimizer.LearningRate = share * configuration.LearningRate;
        discriminatorOptimizer.LearningRate = share * (configuration.DiscriminatorLearningRate ?? configuration.LearningRate);
    }

    private void RequireFinite(double value, string what, Tensor real, Tensor z)
    {
        if (!double.IsFinite(value))
        {
            throw new DivergedException(Steps + 1, what, Divergence.FirstIn(model, z, real));
        }
    }
}
