using MiniGan.Files;
using MiniGan.Runs.Logs;
using MiniGan.Runs.TensorBoard;

namespace MiniGan.Runs.Folders;

/// <summary>What is in a folder where a run is to begin or to go on.</summary>
internal static class EarlierRun
{
    /// <summary>Why no new run can begin in a folder; null if one can.</summary>
    /// <param name="files">The folder, which need not exist.</param>
    /// <param name="overwrite">Whether a run that is there may be replaced.</param>
    public static string? Obstacle(RunFiles files, bool overwrite) =>
        File.Exists(files.Folder) ? $"'{files.Folder}' is a file. Give a folder that is new or empty."
        : !Directory.Exists(files.Folder) || !Directory.EnumerateFileSystemEntries(files.Folder).Any() || IsBeginning(files) ? null
        : !IsRun(files) ? $"'{files.Folder}' holds other things than a run. Give a folder that is new or empty."
        : overwrite ? null
        : $"'{files.Folder}' holds a run already. Give another folder, go on with that run, or have it replaced.";

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsRun(RunFiles files)
    {
        try
        {
            return File.Exists(files.Configuration) && RunSpecification.Read(files.Configuration) is not null;
        }
        catch (MalformedFileException)
        {
            return false;
        }
    }

    /// <summary>Puts a new run in the place of one. Only what a run wrote goes; whatever else the user put there stays.</summary>
    /// <param name="files">The folder.</param>
    /// <param name="begin">Begins the new one. If it fails, the old one is as it was.</param>
    /// <exception cref="IOException">Something cannot be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be moved.</exception>
    public static void Replace(RunFiles files, Action begin)
    {
        DeleteLeftovers(files);
        List<(string From, string To)> moved = [];
        try
        {
            foreach (string file in (string[])[
                .. StepName.FilesIn(files.Samples, ".png").Concat(files.Kept()).Select(file => file.Path),
                .. EventFileWriter.FilesIn(files.Folder),
                .. new[]
                {
                    files.Losses, files.Speed, files.Evaluation, files.Scores, files.Discriminator, files.Checkpoint, files.Best,
                    files.NewestSamples, files.Report, files.Configuration,
                }
                    .Where(File.Exists)])
            {
                string to = Path.Combine(files.Replaced, Path.GetRelativePath(files.Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Move(file, to);
                moved.Add((file, to));
            }

            begin();
        }
        catch
        {
            moved.ForEach(file => File.Move(file.To, file.From, overwrite: true));
            DeleteLeftovers(files);
            throw;
        }

        DeleteLeftovers(files);
    }

    /// <summary>Deletes what a process that was killed had not finished writing, or replacing.</summary>
    /// <exception cref="IOException">Something cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be deleted.</exception>
    public static void DeleteLeftovers(RunFiles files)
    {
        if (Directory.Exists(files.Replaced))
        {
            Directory.Delete(files.Replaced, recursive: true);
        }

        foreach (string folder in new[] { files.Folder, files.Samples, files.Checkpoints }.Where(Directory.Exists))
        {
            foreach (string name in new[] { "*.safetensors", "*.png", "*.csv", "*.json", "*.html" })
            {
                Array.ForEach(Directory.GetFiles(folder, name + ".*.part"), File.Delete);
            }
        }
    }

    /// <summary>Whether a run began here and was ended before it wrote its configuration.</summary>
    private static bool IsBeginning(RunFiles files) =>
        File.Exists(files.Lock) &&
        !files.Kept().Any() &&
        Directory.EnumerateFileSystemEntries(files.Folder).Except(EventFileWriter.FilesIn(files.Folder)).All(entry =>
            entry == files.Lock || entry == files.LockMark || entry == files.Samples ||
            entry == files.Checkpoints || entry == files.Losses ||
            entry == files.Speed || entry == files.Evaluation || entry == files.Scores ||
            entry.EndsWith(".part", StringComparison.Ordinal));
}
