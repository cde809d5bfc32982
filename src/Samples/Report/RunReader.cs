using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiniGan.Samples.Report;

/// <summary>
/// Reads what is in a run's folder, as data of the page, while the run goes on or after it: files that are half-written, missing or of an older version are no failure. Reads on from where it
/// stopped when asked again. For one caller at a time.
/// </summary>
internal sealed class RunReader
{
    private static readonly string[] Changing = ["config.json", "losses.csv", "speed.csv", "evaluation.csv", "samples", "checkpoint.safetensors", "best.safetensors", "checkpoints"];

    private readonly CsvTail losses, speed, evaluation;
    private (long Length, DateTime Written, long Step) lastLoss;

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder.</param>
    public RunReader(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path));
        (losses, speed, evaluation) = (new CsvTail(In("losses.csv")), new CsvTail(In("speed.csv")), new CsvTail(In("evaluation.csv")));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Finds the folder of a run that a user named: its path, or its name in <c>runs</c>.</summary>
    /// <exception cref="UserException">There is no run.</exception>
    public static RunReader Find(string run)
    {
        string? path = new[] { run, System.IO.Path.Combine("runs", run) }.FirstOrDefault(Directory.Exists);
        var reader = new RunReader(path ?? throw new UserException($"There is no run '{run}', here or in runs/. Give a run's folder, as train made it."));
        return reader.Configuration() is not null ? reader : throw new UserException($"'{run}' is not the folder of a run: it has no config.json as train writes it. Give a folder that train made.");
    }

    /// <summary>What <c>config.json</c> holds; null if there is none that is a run's.</summary>
    public JsonObject? Configuration()
    {
        const int largest = 1 << 20;
        try
        {
            var file = new FileInfo(In("config.json"));
            return file.Exists && file.Length <= largest && JsonNode.Parse(File.ReadAllText(file.FullName)) is JsonObject run && run["gan"] is JsonObject ? run : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A few words on the run for a list of many, from little reading; null if it is none.</summary>
    public JsonObject? Summary()
    {
        if (Configuration() is not { } configuration)
        {
            return null;
        }

        long step = LastStep();
        JsonNode gan = configuration["gan"]!;
        return new()
        {
            ["name"] = Name,
            ["state"] = StateAt(step, configuration),
            ["step"] = step,
            ["steps"] = configuration["steps"]?.DeepClone(),
            ["about"] = string.Join(", ", new[] { Text(gan["preset"]), Prefixed("width ", gan["width"]), Text(configuration["data"]), Prefixed("seed ", gan["seed"]) }.Where(part => part.Length > 0)),
            ["changed"] = new DateTimeOffset(Changing.Max(name => File.GetLastWriteTimeUtc(In(name)))).ToUnixTimeMilliseconds(),
            ["version"] = Version(),
        };
    }

    /// <summary>All of the run, but for its networks.</summary>
    /// <param name="mostSamples">Pictures to name at most, spread evenly, the first and the last among them.</param>
    /// <param name="source">Where the page finds the picture of a file.</param>
    /// <param name="isTraining">Whether the run goes on; told from its lock unless given.</param>
    /// <returns>The data, or null if the folder is no run's.</returns>
    public JsonObject? Read(int mostSamples, Func<SampleFile, string> source, bool? isTraining = null)
    {
        if (Configuration() is not { } configuration)
        {
            return null;
        }

        foreach (CsvTail table in new[] { losses, speed, evaluation })
        {
            table.Refresh();
        }

        long step = losses.Table?.LastStep ?? 0;
        IReadOnlyList<SampleFile> samples = Samples();
        return new()
        {
            ["name"] = Name,
            ["state"] = isTraining is null ? StateAt(step, configuration) : State(isTraining.Value, step, configuration),
            ["step"] = step,
            ["steps"] = configuration["steps"]?.DeepClone(),
            ["command"] = ShellWords.Join(configuration["command"]),
            ["losses"] = losses.Table?.ToJson(),
            ["speed"] = speed.Table?.ToJson(),
            ["evaluation"] = evaluation.Table?.ToJson(),
            ["sampleCount"] = samples.Count,
            ["samples"] = new JsonArray([.. Spread(samples, mostSamples).Select(sample => new JsonObject { ["step"] = sample.Step, ["src"] = source(sample) })]),
            ["configuration"] = configuration,
        };
    }

    /// <summary>Images that the discriminator judges at a time.</summary>
    public int Packing() => Configuration()?["gan"]?["packing"] is JsonValue value && value.TryGetValue(out int packing) ? Math.Clamp(packing, 1, 64) : 1;

    /// <summary>The pictures of samples, by their step.</summary>
    public IReadOnlyList<SampleFile> Samples() => [.. StepName.FilesIn(In("samples"), ".png").Select(file => new SampleFile(file.Step, file.Path))];

    /// <summary>Changes whenever anything that <see cref="Read"/> tells may have changed.</summary>
    public string Version()
    {
        var hash = new HashCode();
        foreach (string name in Changing)
        {
            FileSystemInfo file = Directory.Exists(In(name)) ? new DirectoryInfo(In(name)) : new FileInfo(In(name));
            hash.Add(file.Exists ? file.LastWriteTimeUtc.Ticks : 0);
            hash.Add(file is FileInfo { Exists: true } ordinary ? ordinary.Length : 0);
        }

        hash.Add(IsLocked());
        return hash.ToHashCode().ToString("x8", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<SampleFile> Spread(IReadOnlyList<SampleFile> all, int most) =>
        all.Count <= most ? all : Enumerable.Range(0, most).Select(i => all[(int)Math.Round(i * (all.Count - 1.0) / (most - 1))]);

    private static string State(bool isTraining, long step, JsonObject configuration) =>
        isTraining ? "training" : configuration["steps"] is JsonValue value && value.TryGetValue(out long steps) && step >= steps ? "finished" : "stopped";

    private static string Text(JsonNode? node) => node is JsonValue ? node.ToString() : "";

    private static string Prefixed(string prefix, JsonNode? node) => node is JsonValue ? prefix + node : "";

    private string StateAt(long step, JsonObject configuration) => State(IsLocked(), step, configuration);

    /// <summary>Whether a process trains the run: it holds <c>run.lock</c> open, for itself alone, until it ends in whatever way.</summary>
    private bool IsLocked()
    {
        try
        {
            if (File.Exists(In("run.lock")))
            {
                using var file = new FileStream(In("run.lock"), FileMode.Open, FileAccess.Read, FileShare.Read);
            }

            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The step of the last whole line of <c>losses.csv</c>, from its last bytes alone.</summary>
    private long LastStep()
    {
        const int enough = 1024;
        var file = new FileInfo(In("losses.csv"));
        if (!file.Exists || (lastLoss.Length, lastLoss.Written) == (file.Length, file.LastWriteTimeUtc))
        {
            return file.Exists ? lastLoss.Step : 0;
        }

        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] bytes = new byte[enough];
        stream.Position = Math.Max(0, stream.Length - enough);
        int read = stream.ReadAtLeast(bytes, enough, throwOnEndOfStream: false);
        string[] lines = System.Text.Encoding.UTF8.GetString(bytes, 0, read).Split('\n');
        long step = lines[..^1].Reverse().Select(line => long.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0).FirstOrDefault(value => value > 0);
        lastLoss = (file.Length, file.LastWriteTimeUtc, step);
        return step;
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
