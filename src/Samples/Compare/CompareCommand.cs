using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Comparison;
using Spectre.Console;

namespace MiniGan.Samples.Compare;

/// <summary><c>minigan compare</c>.</summary>
internal static class CompareCommand
{
    private const int Disagreement = 1;

    private static readonly string[] Quantities = ["y", "dx", "dW", "db"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Option<string[]> Cases = new("--cases")
    {
        Description = "Files of recorded cases (minigan-conformance/1) instead of those that come with MiniGan: PyTorch's and Keras's layers.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE...",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of a table." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "compare",
            "Compare the hand-written layers with the built-in ones of PyTorch and Keras.",
            "minigan compare",
            "minigan compare --cases mine.json --json")
        {
            Cases, Json, LiveCompare.Live,
        };
        command.SetAction((parsed, cancelled) => Task.FromResult(Run(parsed, cancelled)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancelled)
    {
        string[] paths = parsed.GetValue(Cases) is { Length: > 0 } given
            ? given
            : [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "reference"), "*.json").Order(StringComparer.Ordinal)];
        foreach (string path in paths)
        {
            if (!File.Exists(path))
            {
                throw new UserException($"--cases: there is no file '{path}'. Give files of the format minigan-conformance/1.");
            }
        }

        // All are read before any is compared, so that bad input is told at once.
        CaseFile[] files = [.. paths.Select(CaseFile.Read)];
        Func<CaseFile, IEnumerable<CaseResult>> compare = file => file.Compare();
        if (parsed.GetValue(LiveCompare.Live))
        {
            TorchSharp.TorchRuntime.Require();
            compare = TorchSharp.LiveComparison.Compare;
            files = [.. files.Select(file => file with { Source = "TorchSharp's layers, live" })];
        }

        (string Path, CaseFile File, CaseResult[] Results)[] compared = [.. paths.Zip(files, (path, file) => (path, file, compare(file).Until(cancelled).ToArray()))];
        CaseResult[] all = [.. compared.SelectMany(item => item.Results)];
        if (parsed.GetValue(Json))
        {
            Console.WriteLine(ToJson(compared));
        }
        else
        {
            foreach ((string path, CaseFile file, CaseResult[] results) in compared)
            {
                PrintTable($"{Path.GetFileName(path)}: {file.Source}", results);
            }

            PrintSummary(all);
            if (parsed.GetValue(LiveCompare.Live))
            {
                LiveCompare.TrainBoth(cancelled);
            }
        }

        return all.All(result => result.Passed) ? CommandLine.Success : Disagreement;
    }

    private static void PrintTable(string title, CaseResult[] results)
    {
        Table table = new Table { Border = TableBorder.Simple, Title = new TableTitle(Markup.Escape(title)) }
            .AddColumn("layer").AddColumn("configuration");
        foreach (string quantity in Quantities)
        {
            table.AddColumn(new TableColumn($"max |Δ{quantity}|").RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("verdict").NoWrap());
        foreach (CaseResult result in results)
        {
            table.AddRow([
                result.Layer,
                Markup.Escape(result.Configuration),
                .. Quantities.Select(quantity => result.Differences.TryGetValue(quantity, out double difference) ? difference.ToString("G2", CultureInfo.InvariantCulture) : "–"),
                result.Passed ? (result.Differences.Count > 0 ? "[green]agrees[/]" : "[green]refused[/]") : "[red]FAILS[/]",
            ]);
        }

        AnsiConsole.Write(table);
    }

    private static void PrintSummary(CaseResult[] all)
    {
        foreach (CaseResult failed in all.Where(result => !result.Passed))
        {
            Console.WriteLine($"FAILS  {failed.Name}  ({failed.Layer}, {failed.Configuration})");
            Console.WriteLine($"       {failed.Failure}");
        }

        int passed = all.Count(result => result.Passed), exact = all.Count(result => result.Passed && result.Differences.Count > 0 && result.Differences.Values.All(difference => difference == 0));
        int refused = all.Count(result => result.Passed && result.Differences.Count == 0);
        Console.WriteLine($"{passed} of {all.Length} agree: {exact} to the last bit, {passed - exact - refused} within the tolerance of float32, {refused} refused as they should be.");
    }

    private static string ToJson(IEnumerable<(string Path, CaseFile File, CaseResult[] Results)> compared)
    {
        JsonObject[] cases = [.. compared.SelectMany(item => item.Results.Select(result => new JsonObject
        {
            ["file"] = Path.GetFileName(item.Path),
            ["name"] = result.Name,
            ["layer"] = result.Layer,
            ["configuration"] = result.Configuration,
            ["differences"] = new JsonObject(result.Differences.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, double.IsFinite(pair.Value) ? pair.Value : null))),
            ["passed"] = result.Passed,
            ["failure"] = result.Failure,
        }))];
        int passed = cases.Count(item => (bool)item["passed"]!);
        return new JsonObject { ["passed"] = passed, ["failed"] = cases.Length - passed, ["cases"] = new JsonArray(cases) }.ToJsonString(Indented);
    }
}
