using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Files;
using MiniGan.Recipes;

namespace MiniGan.Runs.Folders;

/// <summary>What a run is, and what its <c>config.json</c> holds: the training, on which data, for how long.</summary>
internal sealed record RunSpecification
{
    /// <summary>The longest <c>config.json</c> that is read, in bytes.</summary>
    public const int LongestFile = 1 << 20;

    /// <summary>The longest notes, in characters.</summary>
    public const int LongestNotes = 2_000;

    /// <summary>The engine of this library, as <c>config.json</c> has it.</summary>
    public const string ManagedEngine = "managed";

    /// <summary>The most tags.</summary>
    public const int MostTags = 20;

    /// <summary>The longest tag, in characters.</summary>
    public const int LongestTag = 50;

    private static readonly string[] NetworkNames = ["generator", "discriminator"];

    private const string BatchSizeName = "batchSize";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The recipe; null for a run of somebody's own networks, which only its program can build.</summary>
    public Recipe? Recipe { get; init; }

    /// <summary>Of own networks: the trainer's settings, in words.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>Of own networks: images in a batch; a recipe says that by itself.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Of own networks: the program that trains them.</summary>
    public string? Program { get; init; }

    /// <summary>The name of the data.</summary>
    public required string Data { get; init; }

    /// <summary>The folder where they are; null if they are in none.</summary>
    public string? DataFolder { get; init; }

    /// <summary>How many images; null if nobody knows.</summary>
    public int? Images { get; init; }

    /// <summary>What tells them again; null if nothing does.</summary>
    public string? Checksum { get; init; }

    /// <summary>How they become images; null in a run of own networks.</summary>
    public ImageSettings? Image { get; init; }

    /// <summary>Steps to take.</summary>
    public required long Steps { get; init; }

    /// <summary>What computes the steps; a run may go on on another.</summary>
    public string Engine { get; init; } = ManagedEngine;

    /// <summary>On which device the engine does; null where it has no choice.</summary>
    public string? Device { get; init; }

    /// <summary>Steps between checkpoints, beside those at each epoch's end; 0 for none.</summary>
    public long CheckpointEvery { get; init; }

    /// <summary>Steps between evaluations; 0 for none.</summary>
    public long EvaluateEvery { get; init; }

    /// <summary>The classifier of the evaluations; null for the one that ships.</summary>
    public string? Classifier { get; init; }

    /// <summary>Whether to write event files.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>The command line, word by word, that began the run.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Words to find the run by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What to remember of it; null for nothing.</summary>
    public string? Notes { get; init; }

    /// <summary>On what it was last begun or resumed, for those who only look; null in a run of an earlier version.</summary>
    public JsonObject? Machine { get; init; }

    /// <summary>The networks layer by layer, for those who only look; null in a run of an earlier version.</summary>
    public JsonObject? Networks { get; init; }

    /// <summary>What is wrong with words to find a run by; null if nothing is.</summary>
    public static string? ProblemOfTags(IReadOnlyCollection<string> tags) =>
        tags.Count > MostTags ? $"A run has up to {MostTags} tags, but got {tags.Count}. Give fewer."
        : tags.Where(tag => string.IsNullOrWhiteSpace(tag) || tag.Length > LongestTag || Printable.Text(tag) != tag).Take(1)
            .Select(tag => $"A tag has 1 to {LongestTag} characters, all of which can be shown, but one is '{Printable.Name(tag)}'.")
            .SingleOrDefault();

    /// <summary>Reads a file of whatever version, as long as it is sound JSON with an object <c>gan</c>.</summary>
    /// <exception cref="MalformedFileException">It is something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static JsonObject ReadJson(string path)
    {
        string text = OrdinaryFile.ReadText(path, LongestFile);
        try
        {
            JsonObject? run = StrictJson.Read(text);
            return run?["gan"] is JsonObject
                ? run
                : throw new MalformedFileException(
                    path, "it is not that of a run, which is an object with an object \"gan\". Was it another program's?");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new MalformedFileException(
                path, $"it is no JSON, or damaged ({exception.Message.TrimEnd('.')}). Mend it, or put back the one that train wrote.",
                exception);
        }
    }

    /// <summary>Reads the file of a run that is to go on.</summary>
    /// <exception cref="MalformedFileException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static RunSpecification Read(string path)
    {
        JsonObject run = ReadJson(path);
        try
        {
            JsonNode Part(string name) => run[name] ?? throw new FormatException($"It has no '{name}'.");
            var program = (string?)run["program"];
            return new()
            {
                Program = program,
                Recipe = program is null ? Recipe.FromJson(Part("gan").ToJsonString()) : null,
                Settings = program is null ? null : SettingsOf(Part("gan").AsObject()),
                Data = (string)Part("data")!,
                DataFolder = (string?)run["dataFolder"],
                Images = (int?)run["images"],
                Checksum = (string?)run["checksum"],
                Image = program is null ? ImageSettings.Read(run) : null,
                Steps = (long)Part("steps"),
                Engine = (string?)run["engine"] ?? ManagedEngine, // earlier versions had one
                Device = (string?)run["device"],
                CheckpointEvery = (long?)run["checkpointEvery"] ?? 0,
                EvaluateEvery = (long?)run["evaluateEvery"] ?? 0,
                Classifier = (string?)run["classifier"],
                TensorBoard = (bool?)run["tensorBoard"] ?? false,
                Tags = WordsOf(run, "tags"),
                Notes = (string?)run["notes"],
                Networks = run["networks"]?.AsObject(),
                Command = WordsOf(run, "command"),
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new MalformedFileException(
                path, $"it is damaged ({exception.Message.TrimEnd('.')}). Mend it, or train again.", exception);
        }
    }

    /// <summary>What <c>config.json</c> holds: enough to run the same again.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["version"] = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3) };
        if (Program is not null)
        {
            json["program"] = Program;
        }

        json["data"] = Data;
        json["dataFolder"] = DataFolder;
        json["images"] = Images;
        json["checksum"] = Checksum;
        Image?.Write(json);
        json["steps"] = Steps;
        json["engine"] = Engine;
        json["device"] = Device;
        json["checkpointEvery"] = CheckpointEvery;
        json["evaluateEvery"] = EvaluateEvery;
        json["classifier"] = Classifier;
        json["tensorBoard"] = TensorBoard;
        json["command"] = new JsonArray([.. Command.Select(word => JsonValue.Create(word))]);
        json["tags"] = new JsonArray([.. Tags.Select(word => JsonValue.Create(word))]);
        json["notes"] = Notes;
        json["machine"] = Machine?.DeepClone();
        json["gan"] = Recipe is not null ? JsonNode.Parse(Recipe.ToJson()) : JsonSerializer.SerializeToNode(Settings);
        if (BatchSize is int size)
        {
            json["gan"]![BatchSizeName] = size;
        }

        json["networks"] = Networks?.DeepClone();
        return json;
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(string path)
    {
        string text = ToJson().ToJsonString(Indented);
        if (Encoding.UTF8.GetByteCount(text) >= LongestFile)
        {
            text = (this with { Networks = null }).ToJson().ToJsonString(Indented); // of thousands of layers nobody would read them
        }

        AtomicFile.WriteText(path, text + "\n");
    }

    /// <summary>The first setting of a trainer that is not that of the run, in words; null if all are.</summary>
    /// <param name="now">The run as a program describes it now.</param>
    public string? DifferenceFrom(RunSpecification now)
    {
        if (Settings is null || now.Settings is null)
        {
            return "it was not trained by a program of its own, but by minigan train";
        }

        string? name = Settings.Keys.Union(now.Settings.Keys).FirstOrDefault(key =>
            Settings.GetValueOrDefault(key) != now.Settings.GetValueOrDefault(key));
        return name is not null
            ? $"it has the {name} '{Settings.GetValueOrDefault(name) ?? "none"}', not '{now.Settings.GetValueOrDefault(name) ?? "none"}'"
            : Checksum != now.Checksum ? "it learned from other data, or in batches of another size"
            : NetworkNames.FirstOrDefault(network =>
                Networks is not null && !JsonNode.DeepEquals(Networks[network], now.Networks?[network]))
                is string network ? $"its {network} has other layers, or layers of other sizes"
            : null;
    }

    private static string[] WordsOf(JsonObject run, string name) =>
        [.. run[name]?.AsArray().Select(word => (string?)word ?? throw new FormatException($"One of its '{name}' is null.")) ?? []];

    private static Dictionary<string, string> SettingsOf(JsonObject gan) =>
        gan.Where(pair => pair.Key != BatchSizeName)
            .ToDictionary(pair => pair.Key, pair => (string?)pair.Value ?? throw new FormatException($"Its '{pair.Key}' is null."));
}
