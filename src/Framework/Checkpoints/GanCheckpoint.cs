using System.Diagnostics.CodeAnalysis;
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

    /// <summary>Writes the checkpoint.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["configuration"] = Configuration.ToJson(),
            ["step"] = Step.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        if (Trainer is not null)
        {
            metadata[TrainerName] = JsonSerializer.Serialize(Trainer.Values);
        }

        IEnumerable<NamedTensor> trainer = Trainer?.Tensors.Select(tensor => tensor with { Name = TrainerPrefix + tensor.Name }) ?? [];
        SafetensorsWriter.Write(path, new SafetensorsFile([.. StateOf(Model), .. trainer], metadata));
    }

    /// <summary>Reads a checkpoint and rebuilds its networks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layers">Where the convolutions come from: the hand-written ones unless given.</param>
    /// <exception cref="MalformedFileException">It is damaged, no checkpoint of a GAN, or its tensors are not those of its configuration.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static GanCheckpoint Load(string path, IConvolutionLayers? layers = null)
    {
        SafetensorsFile file = SafetensorsReader.Read(path);
        if (!file.Metadata.TryGetValue("format", out string? format) || format != Format ||
            !file.Metadata.TryGetValue("configuration", out string? json) ||
            !file.Metadata.TryGetValue("step", out string? step) || !long.TryParse(step, out long steps) || steps < 0)
        {
            throw new MalformedFileException(path, $"its metadata is not that of a GAN checkpoint ({Format}). Give the checkpoint.safetensors of a run.");
        }

        GanConfiguration configuration;
        Dictionary<string, string>? values = null;
        try
        {
            configuration = GanConfiguration.FromJson(json);
            if (file.Metadata.TryGetValue(TrainerName, out string? trainer))
            {
                values = JsonSerializer.Deserialize<Dictionary<string, string>>(trainer);
                if (values is null || values.ContainsValue(null!) || values.GetValueOrDefault(GanTrainer.StepsName) != step)
                {
                    throw new FormatException("The state of its training is damaged, or of another step.");
                }
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw new MalformedFileException(path, exception.Message, exception);
        }

        Dictionary<string, Tensor> read = file.Tensors.Where(tensor => !IsTrainers(tensor)).ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        string projection = $"generator.{(configuration.Classes > 0 ? 1 : 0)}.weight";
        CheckTensor(path, projection, read.GetValueOrDefault(projection), GanModel.ProjectionShape(configuration));
        if (read.Values.Sum(tensor => (long)tensor.Shape.Count) < GanModel.AddedWeights(configuration))
        {
            throw new MalformedFileException(path, "it is the checkpoint of another network: its configuration has more weights than the file.");
        }

        var model = GanModel.Create(configuration, layers);
        foreach ((string name, Tensor tensor) in StateOf(model))
        {
            read.Remove(name, out Tensor? value);
            CheckTensor(path, name, value, tensor.Shape);
            value.Span.CopyTo(tensor.Span);
        }

        if (read.Count > 0)
        {
            throw new MalformedFileException(path, $"it is the checkpoint of another network: its configuration has no '{read.Keys.First()}'.");
        }

        return new GanCheckpoint(model, configuration, steps, values is null ? null : new TrainerState(
            [.. file.Tensors.Where(IsTrainers).Select(tensor => tensor with { Name = tensor.Name[TrainerPrefix.Length..] })], values));
    }

    private static void CheckTensor(string path, string name, [NotNull] Tensor? value, Shape expected)
    {
        if (value is null || value.Shape != expected)
        {
            throw new MalformedFileException(path, $"it is the checkpoint of another network: '{name}' should be {expected}, but is {value?.Shape.ToString() ?? "missing"}.");
        }
    }

    private static bool IsTrainers(NamedTensor tensor) => tensor.Name.StartsWith(TrainerPrefix, StringComparison.Ordinal);

    private static IEnumerable<NamedTensor> StateOf(GanModel model) =>
        model.Generator.State.Select(tensor => tensor with { Name = "generator." + tensor.Name })
            .Concat(model.Discriminator.State.Select(tensor => tensor with { Name = "discriminator." + tensor.Name }))
            .Concat(model.AverageGenerator?.State.Select(tensor => tensor with { Name = "average_generator." + tensor.Name }) ?? []);
}
