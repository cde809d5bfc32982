using System.Globalization;
using System.Text.Json;
using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>
/// A GAN in a safetensors file: the state of both networks and of the generator's moving average, and what the trainer
/// remembers, so that the training can go on. How the networks are built is not in it: whoever loads it builds them, or has
/// them built by the recipe in the metadata.
/// </summary>
public sealed class GanCheckpoint
{
    private const string Format = "minigan-gan/1", FormatName = "format", StepName = "step", TrainerName = "trainer",
        TrainerPrefix = TrainerName + ".";

    private readonly bool hasAverage;
    private readonly string? checksum, trainer;

    private GanCheckpoint(string path, SafetensorsSource file, long step)
    {
        (Path, Step, checksum, trainer) = (path, step, file.Checksum, file.Metadata.GetValueOrDefault(TrainerName));
        Metadata = file.Metadata.Where(pair => !IsOwn(pair.Key)).ToDictionary();
        hasAverage = file.Tensors.Any(tensor => tensor.Name.StartsWith(Gan.AveragePrefix, StringComparison.Ordinal));
        if (trainer is null && file.Tensors.Any(tensor => IsTrainers(tensor.Name)))
        {
            throw new MalformedFileException(path, "it holds tensors of a training, but not the rest of its state: it is damaged.");
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Training steps taken before it was written.</summary>
    public long Step { get; }

    /// <summary>Whether a training can go on from it; else it is only to make pictures.</summary>
    public bool HasTrainer => trainer is not null;

    /// <summary>What else was saved with it, for example a recipe.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Writes a GAN.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="gan">The networks.</param>
    /// <param name="step">Training steps taken so far.</param>
    /// <param name="trainer">What the trainer remembers; null for a file that is only to make pictures.</param>
    /// <param name="metadata">What else to keep; its own entries are <c>format</c>, <c>step</c> and <c>trainer</c>.</param>
    /// <exception cref="ArgumentException">The metadata have an entry of the checkpoint's own.</exception>
    /// <exception cref="DivergedException">A number of it is not finite; the file that was there is untouched.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Save(
        string path, Gan gan, long step = 0, TrainerState? trainer = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(gan);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (metadata?.Keys.FirstOrDefault(IsOwn) is string own)
        {
            throw new ArgumentException($"A checkpoint writes '{own}' by itself. Give that entry another name.", nameof(metadata));
        }

        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>())
        {
            [FormatName] = Format,
            [StepName] = step.ToString(CultureInfo.InvariantCulture),
        };
        if (trainer is not null)
        {
            all[TrainerName] = JsonSerializer.Serialize(trainer.Values);
        }

        NamedTensor[] state =
            [.. gan.State, .. trainer?.Tensors.Select(tensor => tensor with { Name = TrainerPrefix + tensor.Name }) ?? []];
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
            file.Metadata.TryGetValue(StepName, out string? text) &&
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? new GanCheckpoint(path, file, step)
            : throw new MalformedFileException(
                path, $"its metadata is not that of a GAN checkpoint ({Format}). Give the checkpoint.safetensors of a run.");
    }

    /// <summary>Copies the state into networks of the same layers.</summary>
    /// <param name="gan">The networks; they get a moving average if the file has one.</param>
    /// <exception cref="MalformedFileException">
    /// It is damaged, a tensor of the networks is missing, has another shape, is left over or is not finite; then nothing has changed.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void LoadInto(Gan gan)
    {
        ArgumentNullException.ThrowIfNull(gan);
        MovingAverage? before = gan.Average;
        using SafetensorsSource file = Reopen();
        if (hasAverage)
        {
            gan.Average ??= new MovingAverage(gan.Generator, decay: 0);
        }

        try
        {
            StoredState.Load(Path, file, gan.State, name => !IsTrainers(name));
        }
        catch
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
        if (trainer is null)
        {
            throw new MalformedFileException(Path, "it holds the networks only, not the state of their training.");
        }

        Dictionary<string, string>? values;
        try
        {
            values = JsonSerializer.Deserialize<Dictionary<string, string>>(trainer);
        }
        catch (JsonException exception)
        {
            throw new MalformedFileException(
                Path, "the state of its training is damaged: it is no JSON object of strings. Take another checkpoint.", exception);
        }

        if (values is null ||
            values.ContainsValue(null!) ||
            values.GetValueOrDefault(GanTrainer.StepsName) != Step.ToString(CultureInfo.InvariantCulture))
        {
            throw new MalformedFileException(Path, "the state of its training is damaged, or of another step.");
        }

        using SafetensorsSource file = Reopen();
        return new TrainerState(
            [.. StoredState.Read(Path, file, tensor => IsTrainers(tensor.Name))
                .Select(tensor => tensor with { Name = tensor.Name[TrainerPrefix.Length..] })],
            values);
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

    /// <summary>Opens the file again, unless it is another one by now: half of each would be mixed.</summary>
    private SafetensorsSource Reopen()
    {
        var file = new SafetensorsSource(Path);
        if (file.Checksum == checksum)
        {
            return file;
        }

        file.Dispose();
        throw new MalformedFileException(Path, "it was replaced while it was read. Open it again.") { IsReplaced = true };
    }

    internal static bool IsOwn(string key) => key is FormatName or StepName or TrainerName;

    private static bool IsTrainers(string name) => name.StartsWith(TrainerPrefix, StringComparison.Ordinal);
}
