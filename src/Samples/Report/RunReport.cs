using System.Diagnostics;
using System.Text.Json.Nodes;
using MiniGan.Files;
using MiniGan.Recipes;
using MiniGan.Training;

namespace MiniGan.Samples.Report;

/// <summary>Writes the <c>report.html</c> of a run, again and again while it trains.</summary>
internal sealed class RunReport
{
    private const int MostSamples = 60, RestsPerWrite = 20;

    private readonly RunReader reader;
    private readonly Gan? model;
    private JsonObject? networks;
    private TimeSpan rest;
    private long writtenAt;

    /// <summary>Makes the writer of a run's report.</summary>
    /// <param name="reader">The run.</param>
    /// <param name="model">Its networks; built from its configuration unless given.</param>
    public RunReport(RunReader reader, Gan? model = null) => (this.reader, this.model) = (reader, model);

    /// <summary>The file's name in the run's folder.</summary>
    public static string FileName => "report.html";

    /// <summary>The networks of a run, layer by layer, or <c>{"problem": …}</c> if its configuration is not one of this version.</summary>
    public static JsonObject NetworksOf(RunReader reader, Gan? model = null)
    {
        try
        {
            return NetworkSummary.Of(model ?? Recipe.FromJson(reader.Configuration()!["gan"]!.ToJsonString()).CreateGan(), reader.Packing());
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return new() { ["problem"] = exception.Message };
        }
    }

    /// <summary>
    /// Writes it while the run trains, unless it was written so lately that the writing would take more than a twentieth of the run's time. If it cannot be written now, it may be the next time: no run ends
    /// for the sake of a page about it.
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or UserException)
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
        path ??= Path.Combine(reader.Path, FileName);
        JsonObject run = reader.Read(MostSamples, sample => $"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(sample.Path))}", isTraining)
            ?? throw new UserException($"'{reader.Path}' is no longer the folder of a run: its config.json is gone.");
        run["networks"] = (networks ??= NetworksOf(reader, model)).DeepClone();
        run["written"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        AtomicFile.WriteText(path, ReportPage.Render(run));
        return path;
    }
}
