using System.CommandLine;
using System.Diagnostics;
using MiniGan.Cli.Common;
using MiniGan.Kernels;

namespace MiniGan.Cli.Watch;

/// <summary><c>minigan watch</c>.</summary>
internal static class WatchCommand
{
    private const int DefaultPort = 6028;

    private static readonly Argument<string?> Run =
        CommandLine.Run("The run to begin with", "its folder, or its name among the runs. [default: the newest]");

    private static readonly Option<string?> Runs = CommandLine.PathOption(
        "--runs", "The folder of all runs. [default: the one that RUN is in, or runs]", "DIR");

    private static readonly Option<int?> Port = CommandLine.InRange(
        "--port", $"Of this machine alone; 0 takes a free one. [default: {DefaultPort}]", 0, 65535);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "watch",
            "Look at runs in a browser while they train: samples, curves, runs side by side, and a playground for " +
            "the checkpoints of train.",
            "minigan watch",
            "minigan watch runs/conditional-mnist-1 --port 8080")
        {
            Run, Runs, Port,
        };
        command.SetAction(Watch);
        return command;
    }

    private static async Task<int> Watch(ParseResult parsed, CancellationToken cancelled)
    {
        (RunsFolder folder, string? selected) = Find(parsed.GetValue(Run), parsed.GetValue(Runs));
        int port = parsed.GetValue(Port) ?? DefaultPort;

        // Whoever trains on the same machine goes first.
        Parallelism.Threads = 1;
        using (var process = Process.GetCurrentProcess())
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }

        await using var server = new WatchServer(folder, port, selected);
        try
        {
            await server.StartAsync(cancelled);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            throw new UserException(
                $"--port: port {port} cannot be used ({exception.Message.TrimEnd('.')}). Give another one, or 0 for any that is free.");
        }

        Console.WriteLine($"Look at {server.Url} for the runs in {folder.Root}. Ctrl-C ends it.");
        await server.ServeAsync(cancelled);
        return CommandLine.Success;
    }

    private static (RunsFolder Folder, string? Selected) Find(string? run, string? runs)
    {
        if (runs is not null && !Directory.Exists(runs))
        {
            throw new UserException($"--runs: there is no folder '{runs}'. Give the folder that holds the folders of runs.");
        }

        // A path leads to a run; a name alone is one among the runs.
        string? path = run is null ? null : new[] { Path.Combine(runs ?? "runs", run), run }.FirstOrDefault(Directory.Exists);
        string root = runs
            ?? (path is null ? "runs" : Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) ?? "runs");
        var folder = new RunsFolder(root);
        string? selected = path is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return run is null || (selected is not null && folder.Find(selected) is not null)
            ? (folder, selected)
            : throw new UserException(
                $"There is no run '{run}' in '{root}'. Give the folder of a run, as train made it, or leave it out to see all.");
    }
}
