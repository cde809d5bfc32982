using MiniGan.Recipes;
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
            return new RunFiles(NewestRun()).Checkpoint;
        }

        string checkpoint = new RunFiles(RunReader.Find(run).Path).Checkpoint;
        return File.Exists(checkpoint)
            ? Path.GetRelativePath(Environment.CurrentDirectory, checkpoint)
            : throw new UserException($"The run '{run}' has no checkpoint yet. Wait for its first, or give --checkpoint FILE.");
    }

    /// <summary>The folder of the run in <c>runs</c> that was saved last.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public static string NewestRun() => Newest() ?? throw new UserException(
        "There is no run with a checkpoint in runs/ here. Start one with minigan train, or name one that is elsewhere.");

    /// <summary>
    /// What to call a run's folder on the command line: its name, if it is in <c>runs</c> and no folder here has that name.
    /// </summary>
    public static string WordFor(string folder)
    {
        string path = Path.GetRelativePath(Environment.CurrentDirectory, folder), name = Path.GetFileName(path);
        return path == Path.Combine(Runs, name) && !Directory.Exists(name) ? name : folder;
    }

    /// <summary>Opens a checkpoint, and loads its networks.</summary>
    /// <exception cref="UserException">There is no such file.</exception>
    public static (GanCheckpoint File, Gan Gan) Load(string checkpoint)
    {
        if (!File.Exists(checkpoint))
        {
            throw new UserException($"--checkpoint: there is no file '{checkpoint}'. Give the checkpoint.safetensors of a run.");
        }

        Gan gan = Recipe.LoadGan(checkpoint, out GanCheckpoint file);
        return (file, gan);
    }

    private static string? Newest() => !Directory.Exists(Runs) ? null
        : Directory.EnumerateDirectories(Runs).Select(folder => new RunFiles(folder))
            .Where(run => File.Exists(run.Configuration) && File.Exists(run.Checkpoint))
            .OrderByDescending(run => File.GetLastWriteTimeUtc(run.Checkpoint)).ThenBy(run => run.Folder, StringComparer.Ordinal)
            .FirstOrDefault()?.Folder;
}
