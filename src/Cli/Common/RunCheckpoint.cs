using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;
using MiniGan.Training;

namespace MiniGan.Cli.Common;

/// <summary>The newest checkpoint of a run that a user names, or of the newest run.</summary>
internal static class RunCheckpoint
{
    private const string Runs = "runs";

    /// <summary>Finds it.</summary>
    /// <param name="run">The run's folder, or its name in <c>runs</c>; null for the one there that was saved last.</param>
    /// <exception cref="UserException">There is no run, or it has no checkpoint.</exception>
    public static string Of(string? run)
    {
        if (run is null)
        {
            return Newest() ?? throw new UserException(
                "There is no run with a checkpoint in runs/ here. Start one with minigan train, name one, or give --checkpoint FILE.");
        }

        string checkpoint = new RunFiles(RunReader.Find(run).Path).Checkpoint;
        return File.Exists(checkpoint)
            ? Path.GetRelativePath(Environment.CurrentDirectory, checkpoint)
            : throw new UserException($"The run '{run}' has no checkpoint yet. Wait for its first, or give --checkpoint FILE.");
    }

    /// <summary>
    /// What to call a run's folder on the command line: its name, if it is in <c>runs</c> and no folder here has that name.
    /// </summary>
    public static string WordFor(string folder)
    {
        string path = Path.GetRelativePath(Environment.CurrentDirectory, folder), name = Path.GetFileName(path);
        return path == Path.Combine(Runs, name) && !Directory.Exists(name) ? name : folder;
    }

    /// <summary>Opens a checkpoint.</summary>
    /// <exception cref="UserException">There is no such file.</exception>
    public static GanCheckpoint Open(string checkpoint) => File.Exists(checkpoint)
        ? GanCheckpoint.Open(checkpoint)
        : throw new UserException($"--checkpoint: there is no file '{checkpoint}'. Give the checkpoint.safetensors of a run.");

    private static string? Newest() => !Directory.Exists(Runs) ? null
        : Directory.EnumerateDirectories(Runs).Select(folder => new RunFiles(folder))
            .Where(run => File.Exists(run.Configuration) && File.Exists(run.Checkpoint))
            .OrderByDescending(run => File.GetLastWriteTimeUtc(run.Checkpoint)).ThenBy(run => run.Folder, StringComparer.Ordinal)
            .FirstOrDefault()?.Checkpoint;
}
