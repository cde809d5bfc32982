using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using MiniGan.Cli.Common;
using MiniGan.Comparison;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Recipes;
using MiniGan.TorchSharp;

namespace MiniGan.Cli.Compare;

/// <summary><c>minigan compare</c>.</summary>
internal static class CompareCommand
{
    private const int Disagreement = 1;

    private static readonly Dictionary<string, Preset> Presets =
        Enum.GetValues<Preset>().ToDictionary(preset => Recipe.For(preset).PresetName);

    private static readonly Option<string[]> Cases = new("--cases")
    {
        Description =
            "Files of recorded cases (minigan-conformance/1) instead of those that come with MiniGan: PyTorch's and Keras's layers.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE...",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of a table." };

    private static readonly Option<bool> Live = new("--live")
    {
        Description =
            "Fail where TorchSharp cannot be loaded, instead of comparing with the recordings alone.",
    };

    private static readonly Option<Preset[]?> Gan = new("--gan")
    {
        Description =
            "Compare whole games instead: the recipes that are named, or all, on both engines, step by step from the same state, and " +
            $"each of their modules by itself: {string.Join(", ", Presets.Keys)}.",
        HelpName = "RECIPE...",
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = ParsePresets,
    };

    private static readonly Option<int?> Steps = CommandLine.InRange("--steps", "Steps of --gan. [default: 12]", 1, 10_000);

    private static readonly Option<int?> Width = CommandLine.InRange(
        "--width", "Feature maps next to the image, for --gan. [default: 8; tf-tutorial always 64]", 1, 1024);

    private static readonly Option<int?> BatchSize = CommandLine.InRange("--batch", "Images per step of --gan. [default: 16]", 2, 65536);

    private static readonly Option<string?> Html = CommandLine.PathOption(
        "--html", "Of --gan: write the trajectories and differences as a page, one file.", "FILE");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "compare",
            "Compare the hand-written layers with the built-in ones: with what PyTorch and Keras recorded, and with TorchSharp, run now; " +
            "or whole games on both engines.",
            "minigan compare",
            "minigan compare --live",
            "minigan compare --gan",
            "minigan compare --gan r1 wgan-gp --steps 50 --html runs/engines.html",
            "minigan compare --cases mine.json --json")
        {
            Cases, Json, Live, Gan, Steps, Width, BatchSize, Html,
        };
        command.Validators.Add(result =>
        {
            bool games = result.GetResult(Gan) is not null;
            Option[] others = games ? [Cases, Live] : [Steps, Width, BatchSize, Html];
            foreach (Option other in others.Where(option => result.GetResult(option) is { Implicit: false }))
            {
                result.AddError(games
                    ? $"{other.Name} is of single layers, --gan of whole games: give one of them"
                    : $"{other.Name} is of whole games: give --gan, too");
            }
        });
        command.SetAction((parsed, cancelled) => Task.FromResult(
            parsed.GetResult(Gan) is not null ? RunGames(parsed, cancelled) : Run(parsed, cancelled)));
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

        // All are read before any is compared, so that bad input is reported at once.
        CaseFile[] files = [.. paths.Select(CaseFile.Read)];
        bool live = parsed.GetValue(Live), json = parsed.GetValue(Json);
        if (live)
        {
            TorchRuntime.Load();
        }

        string? unavailable = TorchRuntime.WhyUnavailable();
        if (unavailable is not null)
        {
            // Beside the results, not among them: a program may read those.
            Console.Error.WriteLine(Printable.Message($"{unavailable} Only the recordings are compared."));
        }

        ComparedFile[] compared = [.. paths.Zip(files, (path, file) =>
            ComparedFile.Compare(Path.GetFileName(path), file, unavailable is null, cancelled))];
        var report = new CompareReport(compared, unavailable is null ? TorchRuntime.Version : null);
        if (json)
        {
            Console.WriteLine(report.ToJson());
        }
        else
        {
            report.Print();
        }

        return report.Passed ? CommandLine.Success : Disagreement;
    }

    private static int RunGames(ParseResult parsed, CancellationToken cancelled)
    {
        TorchRuntime.Load();
        int batch = parsed.GetValue(BatchSize) ?? 16;
        Preset[] presets = parsed.GetValue(Gan) is { Length: > 0 } given ? given : [.. Presets.Values];
        Recipe[] recipes = [.. presets.Distinct().Select(preset => GanComparison.Configure(preset, parsed.GetValue(Width) ?? 8, batch))];
        string? html = parsed.GetValue(Html);
        if (html is not null)
        {
            OutputFile.CheckWritable(Html.Name, html);
        }

        ImageDataset dataset = GanComparison.Digits(batch, cancelled);
        var results = new List<GanResult>();
        foreach (Recipe recipe in recipes)
        {
            results.Add(GanComparison.Run(recipe, dataset, parsed.GetValue(Steps) ?? 12, cancelled));
            if (!parsed.GetValue(Json))
            {
                GanReport.Print(results[^1]);
            }
        }

        if (parsed.GetValue(Json))
        {
            Console.WriteLine(new JsonArray([.. results.Select(result => result.ToJson())]).ToJsonString());
        }
        else
        {
            Console.WriteLine(
                $"{results.Count(result => result.Passed)} of {results.Count} recipes agree on both engines, {TorchRuntime.Version} " +
                "being the other.");
        }

        if (html is not null)
        {
            AtomicFile.WriteText(html, GanPage.Render(results, TorchRuntime.Version));
        }

        return results.All(result => result.Passed) ? CommandLine.Success : Disagreement;
    }

    private static Preset[]? ParsePresets(ArgumentResult argument)
    {
        var presets = new List<Preset>();
        foreach (Token token in argument.Tokens)
        {
            if (!Presets.TryGetValue(token.Value, out Preset preset))
            {
                argument.AddError($"--gan takes {string.Join(", ", Presets.Keys)}, but not '{token.Value}'");
                return null;
            }

            presets.Add(preset);
        }

        return [.. presets];
    }
}
