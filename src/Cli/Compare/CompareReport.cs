using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Comparison;
using MiniGan.Files;
using Spectre.Console;

namespace MiniGan.Cli.Compare;

/// <summary>What <c>compare</c> prints.</summary>
/// <param name="files">What was compared.</param>
/// <param name="torch">TorchSharp's version; null if it was not there.</param>
internal sealed class CompareReport(IReadOnlyList<ComparedFile> files, string? torch)
{
    private static readonly string[] Quantities = ["y", "dx", "dW", "db"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Whether every case agrees with all that it was compared with.</summary>
    public bool Passed => Results(live: false).Concat(Results(live: true)).All(result => result.Passed);

    /// <summary>A table per file, those that fail, and a line per opponent.</summary>
    public void Print()
    {
        foreach (ComparedFile file in files)
        {
            AnsiConsole.Write(TableOf(file));
        }

        foreach ((string opponent, CaseResult failed) in Results(live: false).Select(result => ("recorded", result))
            .Concat(Results(live: true).Select(result => ("TorchSharp", result))))
        {
            if (!failed.Passed)
            {
                Console.WriteLine($"FAILS  {Printable.Name(failed.Name)}  ({failed.Layer}, {failed.Configuration}; {opponent})");
                Console.WriteLine($"       {Printable.Message(failed.Failure!)}");
            }
        }

        Console.WriteLine($"Recorded: {Summary(live: false)}");
        if (Results(live: true).Any())
        {
            Console.WriteLine($"{torch}, run now: {Summary(live: true)}");
        }
    }

    /// <summary>The same as one JSON object.</summary>
    public string ToJson()
    {
        JsonObject[] cases = [.. files.SelectMany(file => file.Cases.Select(item => new JsonObject
        {
            ["file"] = file.Name,
            ["name"] = item.Recorded.Name,
            ["layer"] = item.Recorded.Layer,
            ["configuration"] = item.Recorded.Configuration,
            ["differences"] = Differences(item.Recorded),
            ["liveDifferences"] = item.Live is null ? null : Differences(item.Live),
            ["passed"] = item.Recorded.Passed && item.Live is not { Passed: false },
            ["failure"] = item.Recorded.Failure ?? item.Live?.Failure,
        }))];
        int passed = cases.Count(item => (bool)item["passed"]!);
        return new JsonObject
        {
            ["torchSharp"] = torch,
            ["passed"] = passed,
            ["failed"] = cases.Length - passed,
            ["cases"] = new JsonArray(cases),
        }.ToJsonString(Indented);
    }

    private Table TableOf(ComparedFile file)
    {
        Table table = new Table
        {
            Border = TableBorder.Simple,
            Title = new TableTitle(Markup.Escape($"{Printable.Name(file.Name)}: {Printable.Name(file.Source)}")),
        }
            .AddColumn("layer").AddColumn("configuration");
        foreach (string quantity in Quantities)
        {
            table.AddColumn(new TableColumn($"max |Δ{quantity}|").RightAligned().NoWrap());
        }

        if (torch is not null)
        {
            table.AddColumn(new TableColumn("TorchSharp: max |Δ|").RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("verdict").NoWrap());
        foreach ((CaseResult recorded, CaseResult? live) in file.Cases)
        {
            List<string> cells = [recorded.Layer, Markup.Escape(recorded.Configuration)];
            cells.AddRange(Quantities.Select(
                quantity => recorded.Differences.TryGetValue(quantity, out double difference) ? Number(difference) : "–"));
            if (torch is not null)
            {
                cells.Add(live is { Differences.Count: > 0 } ? Number(live.Differences.Values.Max()) : "–");
            }

            cells.Add(
                !recorded.Passed || live is { Passed: false } ? "[red]FAILS[/]"
                    : recorded.Differences.Count > 0 ? "[green]agrees[/]"
                    : "[green]refused[/]");
            table.AddRow([.. cells]);
        }

        return table;
    }

    private string Summary(bool live)
    {
        CaseResult[] all = [.. Results(live)];
        int passed = all.Count(result => result.Passed), refused = all.Count(result => result is { Passed: true, Differences.Count: 0 });
        int exact = all.Count(result =>
            result is { Passed: true, Differences.Count: > 0 } && result.Differences.Values.All(difference => difference == 0));
        (int Count, string How)[] parts =
        [
            (exact, "to the last bit"), (passed - exact - refused, "within the tolerance of float32"),
            (refused, "refused as they should be"),
        ];
        string agreement = string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.How}"));
        return $"{passed} of {all.Length} agree{(passed > 0 ? $": {agreement}" : "")}.";
    }

    private IEnumerable<CaseResult> Results(bool live) =>
        files.SelectMany(file => file.Cases).Select(item => live ? item.Live : item.Recorded).OfType<CaseResult>();

    private static JsonObject Differences(CaseResult result) =>
        new(result.Differences.Select(
            pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, double.IsFinite(pair.Value) ? pair.Value : null)));

    private static string Number(double difference) => difference.ToString("G2", CultureInfo.InvariantCulture);
}
