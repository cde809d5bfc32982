using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MiniGan.Files;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Logs;
using MiniGan.Training;

namespace MiniGan.Runs.Reports;

/// <summary>Writes the <c>report.html</c> of a run, again and again while it trains.</summary>
internal sealed class RunReport
{
    private const int MostSamples = 60, FewestSamples = 8, RestsPerWrite = 50;
    private const long MostSampleBytes = 12 << 20; // a grid of 64×64 in colour has 0.9 MB
    private const long MostWeights = 20_000_000; // 160 MB with their gradients

    private readonly RunReader reader;
    private readonly Action? beforeWriting;
    private readonly bool hasGenerator;
    private JsonObject? networks;
    private TimeSpan rest;
    private long writtenAt;

    /// <summary>Makes the writer of a run's report.</summary>
    /// <param name="reader">The run.</param>
    /// <param name="beforeWriting">Called when only the writing is left; what it throws, <see cref="Write"/> throws.</param>
    /// <param name="generator">Whether the newest checkpoint's generator goes into the page, which then draws by itself.</param>
    public RunReport(RunReader reader, Action? beforeWriting = null, bool generator = true) =>
        (this.reader, this.beforeWriting, hasGenerator) = (reader, beforeWriting, generator);

    /// <summary>What of the run could not be read when the report was last written, a line each.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>
    /// The networks of a run, layer by layer: as its configuration has them, or, of earlier versions, built by its recipe.
    /// <c>{"problem": …}</c> if neither can be done, as with very large networks, which are not built only to be looked at.
    /// </summary>
    /// <param name="configuration">The configuration; null if it cannot be read.</param>
    public static JsonObject NetworksOf(JsonObject? configuration)
    {
        try
        {
            if (configuration?["networks"] is JsonObject summary)
            {
                return GanSummary.FromJson(summary).ToJson();
            }

            var recipe = Recipe.FromJson(
                configuration?["gan"]?.ToJsonString() ?? throw new FormatException("The run's config.json cannot be read."));
            Gan networks = recipe.CreateGan(initialize: false);
            long weights = networks.Generator.ParameterCount + networks.Discriminator.ParameterCount;
            return weights <= MostWeights
                ? GanSummary.Of(networks).ToJson()
                : new()
                {
                    ["problem"] = string.Create(
                        CultureInfo.InvariantCulture,
                        $"They have {weights / 1_000_000} million weights, and only networks of up to {MostWeights / 1_000_000} million " +
                        $"are built to be shown. The report that train wrote has them."),
                };
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return new() { ["problem"] = exception.Message };
        }
    }

    /// <summary>
    /// Writes it while the run trains, unless it was written so lately that the writing would take more than a fiftieth of the run's time.
    /// If it cannot be written now, it may be the next time: no run ends for the sake of a page about it.
    /// </summary>
    public void Update()
    {
        if (Stopwatch.GetElapsedTime(writtenAt) < rest)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        TryWrite(isTraining: true);
        (writtenAt, rest) = (Stopwatch.GetTimestamp(), RestsPerWrite * Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Writes it into the run's folder.</summary>
    /// <param name="isTraining">Whether the run goes on.</param>
    /// <returns>Why it could not be written, or null.</returns>
    public string? TryWrite(bool isTraining)
    {
        try
        {
            Write(isTraining: isTraining);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or RunException)
        {
            return exception.Message;
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="path">Where; in the run's folder unless given.</param>
    /// <param name="isTraining">Whether the run goes on; told from its lock unless given.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public string Write(string? path = null, bool? isTraining = null)
    {
        var newest = new FileInfo(new RunFiles(reader.Path).NewestSamples);
        JsonObject run = reader.Read(
            newest.Exists ? (int)Math.Clamp(MostSampleBytes / Math.Max(1, newest.Length), FewestSamples, MostSamples) : MostSamples,
            sample => $"data:image/png;base64,{Convert.ToBase64String(RunReader.ReadPicture(sample.Path))}", isTraining)
            ?? throw new RunException($"'{reader.Path}' is no longer the folder of a run: its config.json is gone.");
        Problems = [.. run["problems"]!.AsArray().Select(problem => (string)problem!)];
        run["networks"] = (networks ??= NetworksOf(reader.Configuration([]))).DeepClone();
        string checkpoint = new RunFiles(reader.Path).Checkpoint;
        run["generator"] = hasGenerator && FileStamp.IsThere(checkpoint) ? EmbeddedGenerator.From(checkpoint) : null;
        run["written"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string place = path ?? new RunFiles(reader.Path).Report, page = ReportPage.Render(run);
        beforeWriting?.Invoke();
        AtomicFile.WriteText(place, page, makeFolders: path is not null); // a run's folder that was moved meanwhile must not be made again
        return place;
    }
}
