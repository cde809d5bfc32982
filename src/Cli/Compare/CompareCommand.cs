using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Comparison;
using MiniGan.Files;
using MiniGan.TorchSharp;

namespace MiniGan.Cli.Compare;

/// <summary><c>minigan compare</c>.</summary>
internal static class CompareCommand
{
    private const int Disagreement = 1;

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

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "compare",
            "Compare the hand-written layers with the built-in ones: with what PyTorch and Keras recorded, and with TorchSharp, run now.",
            "minigan compare",
            "minigan compare --live",
            "minigan compare --cases mine.json --json")
        {
            Cases, Json, Live,
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
}
