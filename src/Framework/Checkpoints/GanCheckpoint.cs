using System.Globalization;
using System.Text.Json;
using MiniGan.Files;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Checkpoints;

/// <summary>A trained GAN in a safetensors file: the state of both networks and of the generator's moving average, and the configuration that builds them in the metadata.</summary>
/// <param name="Model">The networks.</param>
/// <param name="Configuration">What they were built and trained with.</param>
/// <param name="Step">Steps of training behind them.</param>
/// <param name="Trainer">What the trainer remembers, so that the training can go on; null if the file is only to make pictures.</param>
public sealed record GanCheckpoint(GanModel Model, GanConfiguration Configuration, long Step, TrainerState? Trainer = null)
{
    private const string Format = "minigan-gan/1", TrainerName = "trainer", TrainerPrefix = TrainerName + ".";

    private const int MomentsPerWeight = 2; // Adam's

    /// <summary>Writes the checkpoint.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <exception cref="DivergedException">A number of it is not finite; the file that was there is untouched.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path)
    {
        RequireFinite();
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["configuration"] = Configuration.ToJson(),
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
        };
        if (Trainer is not null)
        {
            metadata[TrainerName] = JsonSerializer.Serialize(Trainer.Values);
        }

        SafetensorsWriter.Write(path, new SafetensorsFile([.. State()], metadata));
    }

    /// <summary>Checks all that <see cref="Save"/> would write: weights, averages, running statistics, singular vectors and the optimisers' memory.</summary>
    /// <exception cref="DivergedException">A number is not finite; the message names its tensor.</exception>
    public void RequireFinite()
    {
        if (StoredState.FirstNotFinite(State()) is string name)
        {
            throw new DivergedException(Step, "state of the training", name);
        }
    }

    /// <summary>Reads a checkpoint and rebuilds its networks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layers">Where the convolutions come from: the hand-written ones unless given.</param>
    /// <exception cref="MalformedFileException">It is damaged, no checkpoint of a GAN, its tensors are not those of its configuration, or a number is not finite.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static GanCheckpoint Load(string path, IConvolutionLayers? layers = null)
    {
        using var file = new SafetensorsSource(path);
        (GanConfiguration configuration, long step, Dictionary<string, string>? values) = ReadMetadata(path, file.Metadata);
        CheckSizes(path, file, configuration);
        var model = GanModel.Create(configuration, layers);
        Dictionary<string, Tensor> state = StoredState.Match(path, file.Tensors.Where(tensor => !IsTrainers(tensor.Name)), StateOf(model));
        var trainer = new List<NamedTensor>();
        file.ReadTensors(tensor =>
        {
            StoredState.RequireFinite(path, tensor);
            if (IsTrainers(tensor.Name))
            {
                trainer.Add(tensor with { Name = tensor.Name[TrainerPrefix.Length..] });
            }
            else
            {
                tensor.Value.Span.CopyTo(state[tensor.Name].Span);
            }
        });
        return new GanCheckpoint(model, configuration, step, values is null ? null : new TrainerState(trainer, values));
    }

    private static (GanConfiguration Configuration, long Step, Dictionary<string, string>? Trainer) ReadMetadata(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("format", out string? format) || format != Format ||
            !metadata.TryGetValue("configuration", out string? json) ||
            !metadata.TryGetValue("step", out string? text) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
        {
            throw new MalformedFileException(path, $"its metadata is not that of a GAN checkpoint ({Format}). Give the checkpoint.safetensors of a run.");
        }

        try
        {
            var configuration = GanConfiguration.FromJson(json);
            if (!metadata.TryGetValue(TrainerName, out string? trainer))
            {
                return (configuration, step, null);
            }

            Dictionary<string, string>? values = JsonSerializer.Deserialize<Dictionary<string, string>>(trainer);
            return values is not null && !values.ContainsValue(null!) && values.GetValueOrDefault(GanTrainer.StepsName) == text
                ? (configuration, step, values)
                : throw new FormatException("The state of its training is damaged, or of another step.");
        }
        catch (FormatException exception)
        {
            throw new MalformedFileException(path, exception.Message, exception);
        }
        catch (JsonException exception)
        {
            throw new MalformedFileException(path, "the state of its training is damaged: it is no JSON object of strings. Take another checkpoint.", exception);
        }
    }

    /// <summary>Refuses a configuration of more weights than the file holds, for memory is spent on those next, and more of a trainer's memory than its networks can have.</summary>
    private static void CheckSizes(string path, SafetensorsSource file, GanConfiguration configuration)
    {
        long trainers = file.Tensors.Where(tensor => IsTrainers(tensor.Name)).Sum(tensor => (long)tensor.Shape.Count), networks = file.Tensors.Sum(tensor => (long)tensor.Shape.Count) - trainers;
        if (networks < GanModel.LeastWeights(configuration))
        {
            throw new MalformedFileException(path, "it is of another network: its configuration has more weights than the file.");
        }

        if (trainers > MomentsPerWeight * networks)
        {
            throw new MalformedFileException(path, "it is of another network: its training remembers more than its networks have.");
        }
    }

    private static bool IsTrainers(string name) => name.StartsWith(TrainerPrefix, StringComparison.Ordinal);

    private IEnumerable<NamedTensor> State() => StateOf(Model).Concat(Trainer?.Tensors.Select(tensor => tensor with { Name = TrainerPrefix + tensor.Name }) ?? []);

    private static IEnumerable<NamedTensor> StateOf(GanModel model) =>
        model.Generator.State.Select(tensor => tensor with { Name = "generator." + tensor.Name })
            .Concat(model.Discriminator.State.Select(tensor => tensor with { Name = "discriminator." + tensor.Name }))
            .Concat(model.AverageGenerator?.State.Select(tensor => tensor with { Name = "average_generator." + tensor.Name }) ?? []);
}
