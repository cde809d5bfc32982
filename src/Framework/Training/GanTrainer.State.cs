using System.Globalization;
using MiniGan.Tensors;

namespace MiniGan.Training;

// What a trainer must remember to go on, and its way to a checkpoint and back.
public sealed partial class GanTrainer
{
    /// <summary>The name under which a state tells its steps.</summary>
    internal const string StepsName = "steps";

    private const string GeneratorStepsName = "generator_steps", GeneratorLossName = "generator_loss", PenaltyName = "penalty";

    /// <summary>A copy of what the trainer remembers beside the networks.</summary>
    public TrainerState Capture() => new(
        [.. State().Select(tensor => tensor with { Value = tensor.Value.Clone() })],
        new Dictionary<string, string>(Streams().Select(stream => KeyValuePair.Create(stream.Key, stream.Value.Position)))
        {
            [StepsName] = Text(Steps),
            [GeneratorStepsName] = Text(generatorOptimizer.Steps),
            [GeneratorLossName] = Text(GeneratorLoss),
            [PenaltyName] = penalties.LastText,
        });

    /// <summary>Goes on where another trainer with the same settings and networks was captured.</summary>
    /// <param name="state">What it remembered; copied.</param>
    /// <exception cref="FormatException">
    /// It is that of a trainer with other settings, or damaged; the trainer must not be used then.
    /// </exception>
    public void Restore(TrainerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Dictionary<string, Tensor> tensors = state.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        foreach ((string name, Tensor own) in State())
        {
            if (!tensors.Remove(name, out Tensor? from) || from.Shape != own.Shape)
            {
                throw new FormatException(
                    $"The state of the training is that of another configuration: '{name}' should be {own.Shape}, but is " +
                    $"{from?.Shape.ToString() ?? "missing"}.");
            }

            from.Span.CopyTo(own.Span);
        }

        string ValueOf(string name) => state.Values.TryGetValue(name, out string? value)
            ? value
            : throw new FormatException($"The state of the training lacks '{name}'.");
        foreach ((string name, RandomSource stream) in Streams())
        {
            stream.Position = ValueOf(name);
        }

        if (tensors.Count > 0 || state.Values.Count != Streams().Count + 4 ||
            !long.TryParse(ValueOf(StepsName), CultureInfo.InvariantCulture, out long steps) || steps < 0 ||
            !long.TryParse(ValueOf(GeneratorStepsName), CultureInfo.InvariantCulture, out long generatorSteps) ||
            generatorSteps < 0 ||
            generatorSteps > steps ||
            !double.TryParse(ValueOf(GeneratorLossName), CultureInfo.InvariantCulture, out double generatorLoss) ||
            !double.IsFinite(generatorLoss) ||
            !penalties.TryRestore(ValueOf(PenaltyName)))
        {
            throw new FormatException("The state of the training is damaged, or that of another configuration.");
        }

        (Steps, GeneratorLoss, discriminatorOptimizer.Steps, generatorOptimizer.Steps) = (steps, generatorLoss, steps, generatorSteps);
        Gan.Average?.Steps = generatorSteps;
    }

    /// <summary>
    /// Checks all that <see cref="Save"/> would write: weights, averages, running statistics, singular vectors and the optimisers' memory.
    /// </summary>
    /// <exception cref="DivergedException">A number is not finite; the message names its tensor.</exception>
    public void RequireFinite() => GanCheckpoint.RequireFinite(Steps, Gan.State.Concat(State()));

    /// <summary>Writes the networks and all that the training needs to go on.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="metadata">What else to keep.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null) =>
        GanCheckpoint.Save(path, Gan, Steps, Capture(), metadata);

    /// <summary>Goes on where a trainer with the same settings and networks wrote a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Files.MalformedFileException">
    /// It is damaged, or of other networks or settings; the trainer must not be used then.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public void Load(string path) => Load(GanCheckpoint.Open(path));

    /// <summary>Goes on from a checkpoint of a trainer with the same settings and networks.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="Files.MalformedFileException">It is of other networks or settings; the trainer must not be used then.</exception>
    public void Load(GanCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.LoadInto(Gan);
        try
        {
            Restore(checkpoint.ReadTrainer());
        }
        catch (FormatException exception)
        {
            throw new Files.MalformedFileException(checkpoint.Path, exception.Message, exception);
        }
    }

    private IEnumerable<NamedTensor> State() =>
        generatorOptimizer.State.Select(tensor => tensor with { Name = "generator_optimizer." + tensor.Name })
            .Concat(discriminatorOptimizer.State.Select(tensor => tensor with { Name = "discriminator_optimizer." + tensor.Name }));

    private Dictionary<string, RandomSource> Streams() =>
        new(Gan.Streams.Append(KeyValuePair.Create("latents", latents)).Concat(penalties.Streams));
}
