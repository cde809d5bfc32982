using System.Globalization;
using System.Text.Json.Nodes;
using MiniGan.Files;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Logs;

namespace MiniGan.Runs.Reports;

/// <summary>
/// Reads what is in a run's folder, as data of the page, while the run goes on or after it. Files that are half-written, missing or of an
/// older version are no failure; of what cannot be read it is told why, and the rest is read. Reads on from where it stopped when asked
/// again. For one caller at a time.
/// </summary>
internal sealed class RunReader
{
    /// <summary>The longest <c>discriminator.json</c> that is read, in bytes.</summary>
    public const int LongestView = 1 << 23;

    private const int LongestPicture = 1 << 22, LongestAbout = 200;

    private readonly RunFiles files;
    private readonly Func<string, bool> mayRead;
    private readonly ILogTable losses, speed, scores;
    private readonly ILogTable? evaluation;
    private readonly JsonObject? configuration;
    private readonly CsvEnd[] ends;

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mayRead">Whether a part of it may be read; all unless given.</param>
    public RunReader(string path, Func<string, bool>? mayRead = null)
    {
        files = new RunFiles(System.IO.Path.GetFullPath(path));
        this.mayRead = mayRead ?? (_ => true);
        (losses, speed) = (new CsvTail(files.Losses), new CsvTail(files.Speed));
        (evaluation, scores) = (new CsvTail(files.Evaluation), new CsvTail(files.Scores));
        ends = Ends(files);
    }

    /// <summary>Reads the run that this process trains: of its own logs and configuration not through their files.</summary>
    /// <param name="files">The folder.</param>
    /// <param name="configuration">What <c>config.json</c> holds.</param>
    /// <param name="writer">Who writes the logs.</param>
    public RunReader(RunFiles files, JsonObject configuration, RunWriter writer)
    {
        this.files = files with { Folder = System.IO.Path.GetFullPath(files.Folder) };
        this.configuration = configuration;
        mayRead = _ => true;
        (losses, speed, evaluation, scores) = (writer.Losses, writer.Speed, writer.Figures, writer.Scores);
        ends = Ends(files);
    }

    /// <summary>The folder.</summary>
    public string Path => files.Folder;

    /// <summary>Its name.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path));

    /// <summary>Whether the folder is a run's: there is anything called config.json.</summary>
    public bool IsThere => FileStamp.IsThere(files.Configuration);

    /// <summary>Finds the folder of a run that a user named: its path, or its name in <c>runs</c>.</summary>
    /// <exception cref="RunException">There is no run.</exception>
    public static RunReader Find(string run)
    {
        string? path = new[] { run, System.IO.Path.Combine("runs", run) }.FirstOrDefault(Directory.Exists);
        var reader = new RunReader(
            path ?? throw new RunException($"There is no run '{run}', here or in runs/. Give a run's folder, as train made it."));
        var problems = new List<string>();
        return !reader.IsThere
            ? throw new RunException(
                $"'{run}' is not the folder of a run: it has no config.json as train writes it. Give a folder that train made.")
            : reader.Configuration(problems) is null && !reader.HasResults
                ? throw new RunException($"'{run}' is not the folder of a run: {problems[0]}")
            : reader;
    }

    /// <summary>The bytes of a picture.</summary>
    /// <exception cref="IOException">It cannot be read, or is none.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] ReadPicture(string path)
    {
        using FileStream file = OrdinaryFile.OpenRead(path, LongestPicture);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>What <c>config.json</c> holds; null, and a problem, if it cannot be read.</summary>
    /// <param name="problems">Takes what is wrong.</param>
    public JsonObject? Configuration(List<string> problems) =>
        (JsonObject?)configuration?.DeepClone() ?? Try(files.Configuration, problems, () => RunSpecification.ReadJson(files.Configuration));

    /// <summary>A few words on the run for a list of many, from little reading; null if it is none.</summary>
    public JsonObject? Summary()
    {
        if (!IsThere)
        {
            return null;
        }

        var problems = new List<string>();
        JsonObject? configuration = Configuration(problems);
        IReadOnlyDictionary<string, double>[] lines =
            [.. ends.Select(end => Try(end.Path, problems, end.Read) ?? new Dictionary<string, double>())];
        long step = (long)lines[0].GetValueOrDefault("step");
        JsonNode? gan = configuration?["gan"];
        string about = string.Join(
            ", ",
            new[]
            {
                Text(gan?["preset"]), Text(configuration?["program"]), Prefixed("width ", gan?["width"]), Text(configuration?["data"]),
                Prefixed("seed ", gan?["seed"]),
            }
                .Where(part => part.Length > 0));
        return new()
        {
            ["name"] = Name,
            ["state"] = State(configuration, step, problems, isTraining: null),
            ["step"] = step,
            ["steps"] = Steps(configuration),
            ["about"] = Short(about, LongestAbout),
            ["tags"] = Tags(configuration),
            ["notes"] = Short(Text(configuration?["notes"]), LongestAbout),
            ["figures"] = new JsonObject(lines.SelectMany(line => line).Where(figure => figure.Key != "step")
                .DistinctBy(figure => figure.Key).Select(figure => KeyValuePair.Create(figure.Key, (JsonNode?)figure.Value))),
            ["problem"] = problems.FirstOrDefault(),
            ["changed"] =
                Math.Max(0, files.Watched.Max(file => FileStamp.Of(file).Ticks) - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond,
            ["version"] = Version(),
        };
    }

    /// <summary>All of the run, but for its networks.</summary>
    /// <param name="mostSamples">Pictures to name at most, at least 4; the first and the last are among them.</param>
    /// <param name="source">Where the page finds the picture of a file.</param>
    /// <param name="isTraining">Whether the run goes on; told from its lock unless given.</param>
    /// <returns>The data, or null if the folder is no run's.</returns>
    public JsonObject? Read(int mostSamples, Func<SampleFile, string> source, bool? isTraining = null)
    {
        if (!IsThere)
        {
            return null;
        }

        var problems = new List<string>();
        JsonObject? configuration = Configuration(problems);
        JsonObject? Table(ILogTable? log) => log is null ? null : Try(log.Path, problems, log.Refresh)?.ToJson();
        ThinnedTable? steps = Try(losses.Path, problems, losses.Refresh);
        JsonObject? speedRead = Table(speed), evaluationRead = Table(evaluation), scoresRead = Table(scores);
        JsonNode? discriminator = FileStamp.IsThere(files.Discriminator) ? Try(files.Discriminator, problems, View) : null;
        long step = steps?.LastStep ?? 0;
        SampleFile[] samples = Try(files.Samples, problems, Samples) ?? [];
        var pictures = new JsonArray();
        foreach (SampleFile sample in SampleFile.Spread(samples, mostSamples))
        {
            if (Try(sample.Path, problems, () => source(sample)) is string place)
            {
                pictures.Add(new JsonObject { ["step"] = sample.Step, ["src"] = place });
            }
        }

        foreach (string file in new[] { files.Checkpoint, files.Best }.Where(FileStamp.IsThere))
        {
            Try(file, problems, () =>
            {
                OrdinaryFile.OpenRead(file).Dispose();
                return true;
            });
        }

        Try(files.Checkpoints, problems, () => RequireFolder(files.Checkpoints));
        string state = State(configuration, step, problems, isTraining);
        JsonArray tags = Tags(configuration);
        string notes = Text(configuration?["notes"]);
        foreach (string name in new[] { "networks", "tags", "notes" }) // of their own
        {
            configuration?.Remove(name);
        }

        return new()
        {
            ["name"] = Name,
            ["state"] = state,
            ["step"] = step,
            ["steps"] = Steps(configuration),
            ["problems"] = new JsonArray([.. problems.Select(problem => JsonValue.Create(problem))]),
            ["tags"] = tags,
            ["notes"] = notes,
            ["command"] = ShellWords.Join(configuration?["command"]),
            ["losses"] = steps?.ToJson(),
            ["speed"] = speedRead,
            ["evaluation"] = evaluationRead,
            ["scores"] = scoresRead,
            ["discriminator"] = discriminator,
            ["sampleCount"] = samples.Length,
            ["samples"] = pictures,
            ["configuration"] = configuration ?? new JsonObject { ["gan"] = new JsonObject() },
        };
    }

    /// <summary>Changes whenever anything that <see cref="Read"/> tells may have changed.</summary>
    public string Version()
    {
        var hash = new HashCode();
        foreach (string file in files.Watched)
        {
            hash.Add(FileStamp.Of(file));
        }

        hash.Add(Try(files.Lock, [], () => RunLock.IsHeld(files.Lock)));
        return hash.ToHashCode().ToString("x8", CultureInfo.InvariantCulture);
    }

    private static JsonNode? Steps(JsonObject? configuration) =>
        configuration?["steps"] is JsonValue value && value.TryGetValue(out long steps) ? steps : null;

    private static string Text(JsonNode? node) => node is JsonValue ? node.ToString() : "";

    private static string Prefixed(string prefix, JsonNode? node) => node is JsonValue ? prefix + node : "";

    private static string Short(string text, int longest) => text.Length > longest ? text[..longest] + "…" : text;

    private static CsvEnd[] Ends(RunFiles files) => [new(files.Losses), new(files.Evaluation), new(files.Speed)];

    /// <summary>The tags of a run; what are none is left out.</summary>
    private static JsonArray Tags(JsonObject? configuration) => new([.. (configuration?["tags"] as JsonArray ?? [])
        .Select(Text).Where(tag => tag.Length > 0).Take(RunSpecification.MostTags)
        .Select(tag => JsonValue.Create(Short(tag, RunSpecification.LongestTag)))]);

    /// <summary>Whether there is anything of a run beside its configuration.</summary>
    private bool HasResults => files.Watched.Except([files.Configuration]).Any(FileStamp.IsThere);

    private string State(JsonObject? configuration, long step, List<string> problems, bool? isTraining) =>
        isTraining ?? Try(files.Lock, problems, () => RunLock.IsHeld(files.Lock)) ? "training"
        : configuration is null ? "damaged"
        : Steps(configuration) is JsonNode steps && step >= (long)steps && EndsInNumbers(problems) ? "finished" : "stopped";

    /// <summary>Whether the last step's losses are numbers; not so if it diverged, which may be at the very last.</summary>
    private bool EndsInNumbers(List<string> problems) => Try(files.Losses, problems, ends[0].Read) is not { Count: <= 1 };

    /// <summary>The pictures of samples, by their step.</summary>
    private SampleFile[] Samples()
    {
        RequireFolder(files.Samples);
        return SampleFile.In(files.Samples);
    }

    /// <summary>What D says of images, as <see cref="DiscriminatorView"/> wrote it.</summary>
    private JsonNode? View()
    {
        string text = OrdinaryFile.ReadText(files.Discriminator, LongestView);
        try
        {
            return StrictJson.Read(text) ?? throw new MalformedFileException(files.Discriminator, "it is no JSON object.");
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new MalformedFileException(files.Discriminator, $"it is no JSON ({exception.Message.TrimEnd('.')}).");
        }
    }

    private static bool RequireFolder(string path) =>
        Directory.Exists(path) || !FileStamp.IsThere(path)
            ? true
            : throw new MalformedFileException(path, "it is no folder, but one is read here.");

    /// <summary>Reads a part of the run; if that fails, tells why.</summary>
    private T? Try<T>(string file, List<string> problems, Func<T> read)
    {
        string name = System.IO.Path.GetRelativePath(Path, file);
        try
        {
            if (mayRead(file))
            {
                return read();
            }

            problems.Add($"{name}: it is a link that leads out of the folder of runs, or nowhere, so it is not read.");
        }
        catch (MalformedFileException exception)
        {
            problems.Add(exception.Message.Replace(Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{name}: it cannot be read ({exception.Message.TrimEnd('.')}).");
        }

        return default;
    }
}
