using System.Globalization;
using System.Text.Json;
using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>
/// A GAN in a safetensors file: the state of both networks and of the generator's moving average, and what the trainer remembers, so that the training can go on. How the networks are built is not in it:
/// whoever loads it builds them, or has them built by the recipe in the metadata.
/// </summary>
public sealed class GanCheckpoint
{
    private const string Format = "minigan-gan/1", FormatName = "format", StepName = "step", TrainerName = "trainer", TrainerPrefix = TrainerName + ".";

    private readonly IReadOnlyList<(string Name, Shape Shape)> tensors;

    private GanCheckpoint(string path, SafetensorsSource file, long step) => (Path, tensors, Metadata, Step) = (path, file.Tensors, file.Metadata, step);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Steps of training behind it.</summary>
    public long Step { get; }

    /// <summary>Whether a training can go on from it; else it is only to make pictures.</summary>
    public bool HasTrainer => Metadata.ContainsKey(TrainerName);

    /// <summary>What else was saved with it, for example a recipe.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Writes a GAN.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="gan">The networks.</param>
    /// <param name="step">Steps of training behind them.</param>
    /// <param name="trainer">What the trainer remembers; null for a file that is only to make pictures.</param>
    /// <param name="metadata">What else to keep.</param>
    /// <exception cref="DivergedException">A number of it is not finite; the file that was there is untouched.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Save(string path, Gan gan, long step = 0, TrainerState? trainer = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(gan);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>())
        {
            [FormatName] = Format,
            [StepName] = step.ToString(CultureInfo.InvariantCulture),
        };
        if (trainer is not null)
        {
            all[TrainerName] = JsonSerializer.Serialize(trainer.Values);
        }

        NamedTensor[] state = [.. gan.State, .. trainer?.Tensors.Select(tensor => tensor with { Name = TrainerPrefix + tensor.Name }) ?? []];
        RequireFinite(step, state);
        SafetensorsWriter.Write(path, new SafetensorsFile(state, all));
    }

    /// <summary>Reads what a file says of itself; its tensors are read by <see cref="LoadInto"/> and <see cref="ReadTrainer"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is damaged, or no checkpoint of a GAN.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static GanCheckpoint Open(string path)
    {
        using var file = new SafetensorsSource(path);
        return file.Metadata.TryGetValue(FormatName, out string? format) && format == Format &&
            file.Metadata.TryGetValue(StepName, out string? text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? new GanCheckpoint(path, file, step)
            : throw new MalformedFileException(path, $"its metadata is not that of a GAN checkpoint ({Format}). Give the checkpoint.safetensors of a run.");
    }

    /// <summary>Copies the state into networks of the same layers.</summary>
    /// <param name="gan">The networks; they get a moving average if the file has one.</param>
    /// <exception cref="MalformedFileException">It is damaged, a tensor of the networks is missing, has another shape, is left over or is not finite; then nothing has changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void LoadInto(Gan gan)
    {
        ArgumentNullException.ThrowIfNull(gan);
        MovingAverage? before = gan.Average;
        if (tensors.Any(tensor => tensor.Name.StartsWith(Gan.AveragePrefix, StringComparison.Ordinal)))
        {
            gan.Average ??= new MovingAverage(gan.Generator, decay: 0);
        }

        try
        {
            StoredState.Load(Path, gan.State, name => !IsTrainers(name));
        }
        catch (MalformedFileException)
        {
            gan.Average = before;
            throw;
        }
    }

    /// <summary>What the trainer remembered.</summary>
    /// <exception cref="MalformedFileException">The file has nothing of a trainer, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public TrainerState ReadTrainer()
    {
        if (!Metadata.TryGetValue(TrainerName, out string? json))
        {
            throw new MalformedFileException(Path, "it holds the networks only, not the state of their training.");
        }

        Dictionary<string, string>? values;
        try
        {
            values = JsonSerializer.Deserialize<Dictionary<string, string>>(json);
        }
        catch (JsonException exception)
        {
            throw new MalformedFileException(Path, "the state of its training is damaged.", exception);
        }

        if (values is null || values.ContainsValue(null!) || values.GetValueOrDefault(GanTrainer.StepsName) != Metadata[StepName])
        {
            throw new MalformedFileException(Path, "the state of its training is damaged, or of another step.");
        }

        using var file = new SafetensorsSource(Path);
        return new TrainerState([.. StoredState.Read(Path, file, IsTrainers).Select(tensor => tensor with { Name = tensor.Name[TrainerPrefix.Length..] })], values);
    }

    /// <summary>Checks what is to be saved.</summary>
    /// <exception cref="DivergedException">A number is not finite; the message names its tensor.</exception>
    internal static void RequireFinite(long step, IEnumerable<NamedTensor> state)
    {
        if (StoredState.FirstNotFinite(state) is string name)
        {
            throw new DivergedException(step, "state of the training", name);
        }
    }

    private static bool IsTrainers(string name) => name.StartsWith(TrainerPrefix, StringComparison.Ordinal);
}
