using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Runs.Reports;

namespace MiniGan.Cli.Report;

/// <summary><c>minigan report</c>.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string?> Run = CommandLine.Run("The run");

    private static readonly Option<string?> Out = CommandLine.PathOption(
        "--out", "Where to write it. [default: report.html in the run's folder]", "FILE");

    private static readonly Option<bool> NoGenerator = new("--no-generator")
    {
        Description = "Leave the generator out. Else the page holds it, if it has up to a million weights, and draws pictures by itself.",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "report",
            "Write the report of a run: samples through time, curves, networks and configuration on one page. (train writes " +
            "it, too, at each epoch.)",
            "minigan report",
            "minigan report dcgan-mnist-1 --out report.html")
        {
            Run, Out, NoGenerator,
        };

        // Too quick to need cancelling.
        command.SetAction((parsed, _) => Task.FromResult(Write(
            parsed.GetValue(Run) ?? RunCheckpoint.NewestRun(), parsed.GetValue(Out), !parsed.GetValue(NoGenerator))));
        return command;
    }

    private static int Write(string run, string? path, bool generator)
    {
        var report = new RunReport(RunReader.Find(run), generator: generator);
        try
        {
            path = report.Write(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--out: the report cannot be written ({exception.Message.TrimEnd('.')}). Give another place.");
        }

        foreach (string problem in report.Problems)
        {
            CommandLine.Fail(problem);
        }

        CommandLine.Print($"Wrote {path}");
        return CommandLine.Success;
    }
}
