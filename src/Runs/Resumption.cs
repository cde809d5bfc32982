using MiniGan.Files;
using MiniGan.Runs.Folders;
using MiniGan.Training;

namespace MiniGan.Runs;

/// <summary>Chooses the checkpoint that a run goes on from.</summary>
internal static class Resumption
{
    /// <summary>
    /// Has a trainer go on from the newest checkpoint that is whole; leaves it as it is if the run was ended before its first.
    /// </summary>
    /// <param name="trainer">A trainer with the settings of the run.</param>
    /// <param name="files">The run.</param>
    /// <param name="isOfRun">Whether a checkpoint is one of this run.</param>
    /// <returns>A line for each checkpoint that is damaged.</returns>
    /// <exception cref="RunException">There are checkpoints, and none is whole.</exception>
    public static IReadOnlyList<string> Load(IGanTrainer trainer, RunFiles files, Func<GanCheckpoint, bool> isOfRun)
    {
        List<string> damaged = [];
        foreach (string path in files.Kept().Select(kept => kept.Path).Append(files.Checkpoint).Reverse().Where(File.Exists))
        {
            try
            {
                var checkpoint = GanCheckpoint.Open(path);
                if (!isOfRun(checkpoint))
                {
                    throw new FormatException("It is not of the configuration in config.json.");
                }

                trainer.Load(checkpoint); // overwrites all that one before it may have left
                return [.. damaged.Select(line => $"{line.TrimEnd('.')}. Going on from the newest checkpoint before it that is whole.")];
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
            {
                // The reader names the file, the trainer does not.
                damaged.Add(exception is MalformedFileException ? exception.Message : $"{path}: {exception.Message}");
            }
        }

        return damaged.Count == 0
            ? ["There is no checkpoint yet: beginning at the first step."]
            : throw new RunException(
                $"{damaged[0].TrimEnd('.')}. " +
                $"{(damaged.Count > 1 ? "No older checkpoint is whole either" : "There is no older checkpoint")}: put back one " +
                "that is, or train again.");
    }
}
