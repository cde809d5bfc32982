using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MiniGan.Cli.Common;
using Spectre.Console;

namespace MiniGan.Cli.Bench;

/// <summary>
/// Engines against each other: each measured by a process of its own, in turn, several rounds, so that what else the machine does meets all
/// of them, and memory and idle threads are each one's own.
/// </summary>
/// <param name="engines">The engines; ratios are to the first.</param>
/// <param name="rounds">Rounds.</param>
internal sealed class Race(IReadOnlyList<string> engines, int rounds)
{
    private readonly List<string> keys = [];
    private readonly Dictionary<(string Key, string Engine), List<JsonNode>> lines = [];

    /// <summary>Runs a command on each engine in turn, and keeps what it tells.</summary>
    /// <param name="arguments">The command; its engine and <c>--json</c> are added.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <exception cref="UserException">One failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(IReadOnlyList<string> arguments, CancellationToken cancelled)
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (string engine in engines)
            {
                foreach (JsonNode line in Measure(engine, arguments, cancelled))
                {
                    string key = string.Join(
                        ", ",
                        from name in (string[])["layer", "recipe", "image", "width", "batch", "threads"]
                        where line[name] is not null
                        select name is "layer" or "recipe" or "image" ? $"{line[name]}" : $"{name} {line[name]}");
                    if (!keys.Contains(key))
                    {
                        keys.Add(key);
                    }

                    (lines.TryGetValue((key, engine), out List<JsonNode>? list) ? list : lines[(key, engine)] = []).Add(line);
                }
            }
        }
    }

    /// <summary>A JSON object per setting and engine.</summary>
    public IEnumerable<JsonObject> ToJson() => Rows().Select(row => new JsonObject
    {
        ["setting"] = row.Key,
        ["engine"] = row.Engine,
        ["rounds"] = rounds,
        ["ms"] = Math.Round(row.Time.Median, 4),
        ["min_ms"] = Math.Round(row.Time.Minimum, 4),
        ["max_ms"] = Math.Round(row.Time.Maximum, 4),
        ["times_of_first"] = Math.Round(row.Ratio, 3),
        ["gflops"] = Math.Round(row.GigaFlops, 1),
        ["share_of_peak"] = Math.Round(row.Share, 3),
        ["peak_mb"] = row.PeakMegabytes,
    });

    /// <summary>A table of medians over the rounds.</summary>
    public void Print()
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string title in
            (string[])["setting", "engine", "median ms", "min", "max", $"times {engines[0]}'s", "GFLOP/s", "of peak", "peak MB"])
        {
            table.AddColumn(new TableColumn(title) { Alignment = title is "setting" or "engine" ? Justify.Left : Justify.Right }.NoWrap());
        }

        foreach (var row in Rows())
        {
            string Number(double value) => value.ToString(value < 10 ? "F3" : "F1", CultureInfo.InvariantCulture);
            table.AddRow(
                Markup.Escape(row.Key), row.Engine, Number(row.Time.Median), Number(row.Time.Minimum), Number(row.Time.Maximum),
                row.Ratio.ToString("F2", CultureInfo.InvariantCulture), Number(row.GigaFlops), $"{row.Share:P0}",
                $"{row.PeakMegabytes}");
        }

        Console.WriteLine(
            $"Medians of {rounds} round{(rounds == 1 ? "" : "s")}, each engine in a process of its own, in turn. min and max: of the " +
            "rounds' medians.");
        AnsiConsole.Write(table);
    }

    private IEnumerable<(string Key, string Engine, Timing Time, double Ratio, double GigaFlops, double Share, long? PeakMegabytes)> Rows()
    {
        foreach (string key in keys)
        {
            double first = 0;
            foreach (string engine in engines.Where(engine => lines.ContainsKey((key, engine))))
            {
                List<JsonNode> of = lines[(key, engine)];
                double Median(string name) => Timing.Of(of.Select(line => (double)line[name]!).ToArray()).Median;
                var time = Timing.Of(of.Select(line => (double)(line["step_ms"] ?? line["ms"])!).ToArray());
                first = engine == engines[0] ? time.Median : first;
                yield return (
                    key, engine, time, time.Median / first, Median("gflops"), Median("share_of_peak"),
                    of.Max(line => (long?)line["peak_mb"]));
            }
        }
    }

    private static List<JsonNode> Measure(string engine, IReadOnlyList<string> arguments, CancellationToken cancelled)
    {
        // Run as this program is: by itself, or by dotnet.
        string host = Environment.ProcessPath!, program = Environment.GetCommandLineArgs()[0];
        bool byDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[.. byDotnet ? [program] : Array.Empty<string>(), .. arguments, "--engine", engine, "--json"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in BenchEngine.EnvironmentOf(engine))
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration ending = cancelled.Register(() => process.Kill(entireProcessTree: true));
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancelled.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)]
            : throw new UserException($"--engine {engine}: {error.Result.Trim().Split('\n')[^1]}");
    }
}
