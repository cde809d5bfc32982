using MiniGan.Files;
using MiniGan.Recipes;
using MiniGan.Training;

namespace MiniGan.Cli;

/// <summary>Chooses the checkpoint that a run goes on from.</summary>
internal static class Resumption
{
    /// <summary>Prepares a run to go on from its newest checkpoint that is whole, or to begin, if it was ended before its first.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="configuration">What it is.</param>
    /// <returns>The run, and a line for each checkpoint that is damaged.</returns>
    /// <exception cref="UserException">There are checkpoints, and none is whole.</exception>
    public static (TrainingRun Run, IReadOnlyList<string> Damaged) Prepare(RunFolder folder, RunConfiguration configuration)
    {
        List<string> damaged = [];
        foreach (string path in folder.Checkpoints)
        {
            try
            {
                return (Restore(path, configuration), damaged);
            }
            catch (Exception exception) when (exception is IOException or FormatException)
            {
                // The reader names the file, the trainer does not.
                damaged.Add(exception is MalformedFileException ? exception.Message : $"{path}: {exception.Message}");
            }
        }

        return damaged.Count == 0
            ? (new TrainingRun(configuration), damaged)
            : throw new UserException($"--resume: {damaged[0].TrimEnd('.')}. {(damaged.Count > 1 ? "No older checkpoint is whole either" : "There is no older checkpoint")}: put back one that is, or train again.");
    }

    private static TrainingRun Restore(string path, RunConfiguration configuration)
    {
        var checkpoint = GanCheckpoint.Open(path);
        return Recipe.FromMetadata(checkpoint.Metadata) == configuration.Gan
            ? new TrainingRun(configuration, checkpoint)
            : throw new FormatException("It is not of the configuration in config.json.");
    }
}
