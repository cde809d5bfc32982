using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Imaging;
using MiniGan.Runs.Logs;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs.Folders;

/// <summary>Writes what a run leaves in its folder while it trains: logs, samples and checkpoints.</summary>
internal sealed class RunWriter : IDisposable
{
    private const int CheckpointsKept = 3, SampleColumns = 10;

    private readonly RunFiles files;
    private readonly Action requireInPlace;
    private readonly double secondsBefore;
    private double secondsWritten, best;

    /// <summary>Begins the logs, or goes on with them behind a step.</summary>
    /// <param name="files">Where.</param>
    /// <param name="requireInPlace">Called before anything but the logs is written; throws if the folder is gone.</param>
    /// <param name="hasFigures">Whether there will be figures.</param>
    /// <param name="step">The last step that stays.</param>
    /// <exception cref="IOException">A log cannot be written.</exception>
    public RunWriter(RunFiles files, Action requireInPlace, bool hasFigures, long step)
    {
        (this.files, this.requireInPlace) = (files, requireInPlace);
        Losses = new StepLog(files.Losses, ["discriminator_loss", "generator_loss", "real_score", "fake_score", "penalty"], step);
        Speed = new StepLog(files.Speed, ["seconds"], step);
        Scores = new StepLog(
            files.Scores,
            [
                "real_least", "real_quarter", "real_median", "real_three_quarters", "real_most",
                "made_least", "made_quarter", "made_median", "made_three_quarters", "made_most",
            ],
            step);
        Figures = hasFigures
            ? new StepLog(
                files.Evaluation,
                ["frechet_distance", "classifier_score", "confident_share", "precision", "recall", "real_frechet_distance"], step)
            : null;
        best = File.Exists(files.Best) && Figures is not null ? Figures.LeastOfFirst : double.PositiveInfinity;
        secondsBefore = secondsWritten = Speed.Last is { } last ? last[0] : 0;
    }

    /// <summary>Losses and scores of each step.</summary>
    public StepLog Losses { get; }

    /// <summary>Seconds of training up to some of the steps.</summary>
    public StepLog Speed { get; }

    /// <summary>What D says of real and of generated images, at each sample grid.</summary>
    public StepLog Scores { get; }

    /// <summary>How good samples were; null if that is not measured.</summary>
    public StepLog? Figures { get; }

    /// <summary>Adds a step to the logs.</summary>
    /// <param name="report">What it measured.</param>
    /// <param name="seconds">Time since the run began, or went on.</param>
    /// <exception cref="RunException">The folder is gone.</exception>
    public void Write(StepReport report, double seconds)
    {
        Losses.Add(report.Step, report.DiscriminatorLoss, report.GeneratorLoss, report.RealScore, report.FakeScore, report.Penalty);
        if (secondsBefore + seconds - secondsWritten > 1)
        {
            requireInPlace();
            WriteSpeed(report.Step, seconds);
        }
    }

    /// <summary>Adds that at a step there were no numbers any more: its losses, or the state behind it, are not finite.</summary>
    public void WriteDivergence(long step) => Losses.Add(step, [.. Losses.Columns.Select(_ => double.NaN)]);

    /// <summary>
    /// Writes all steps that were added, though they are behind the last checkpoint, if that can be done: a run that cannot go on tells how
    /// it came.
    /// </summary>
    public void TryFlush()
    {
        try
        {
            Losses.Flush(toDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Why the run cannot go on is the news.
        }
    }

    /// <summary>Writes the grid of samples after a step, and the newest one again as <c>samples.png</c>.</summary>
    /// <returns>The path of the latter.</returns>
    /// <exception cref="RunException">The folder is gone.</exception>
    public string WriteSamples(long step, Tensor images)
    {
        requireInPlace();
        using var png = new MemoryStream();
        PngWriter.Write(png, ImageConversion.Grid(images, SampleColumns));
        foreach (string path in new[] { files.SamplesAfter(step), files.NewestSamples })
        {
            AtomicFile.Write(path, png.WriteTo, makeFolders: false);
        }

        return files.NewestSamples;
    }

    /// <summary>Adds D's scores of images to the log, and replaces <c>discriminator.json</c>.</summary>
    /// <param name="step">The step that it is after.</param>
    /// <param name="scores">The numbers of <see cref="Scores"/>; none if D could not be asked.</param>
    /// <param name="view">All of it, as JSON.</param>
    /// <exception cref="RunException">The folder is gone.</exception>
    public void WriteScores(long step, double[] scores, string view)
    {
        requireInPlace();
        if (scores.Length > 0)
        {
            Scores.Add(step, scores);
            Scores.Flush(toDisk: false);
        }

        AtomicFile.WriteText(files.Discriminator, view, makeFolders: false);
    }

    /// <summary>
    /// Keeps the checkpoint beside the two before it, then makes it the newest. The logs up to it are on the disk first, and the newest one
    /// is written last: whatever a kill leaves undone is done again by the run that goes on from the one before.
    /// </summary>
    /// <exception cref="RunException">The folder is gone.</exception>
    public void WriteCheckpoint(IGanTrainer trainer, IReadOnlyDictionary<string, string> metadata, double seconds)
    {
        Losses.Flush(toDisk: true);
        WriteSpeed(trainer.Steps, seconds);
        Speed.Flush(toDisk: true);
        Scores.Flush(toDisk: true);
        requireInPlace();
        TrainerState state = trainer.Capture();
        GanCheckpoint.Save(files.KeptAfter(trainer.Steps), trainer.Gan, trainer.Steps, state, metadata);
        foreach ((_, string old) in files.Kept().SkipLast(CheckpointsKept))
        {
            File.Delete(old);
        }

        requireInPlace();
        GanCheckpoint.Save(files.Checkpoint, trainer.Gan, trainer.Steps, state, metadata);
    }

    /// <summary>Adds the figures of a step to the log, and keeps the checkpoint as <c>best.safetensors</c> if none was better.</summary>
    /// <exception cref="RunException">The folder is gone.</exception>
    public void WriteFigures(
        IGanTrainer trainer, IReadOnlyDictionary<string, string> metadata, EvaluationReport figures, double realDistance)
    {
        requireInPlace();
        Figures!.Add(
            trainer.Steps, figures.FrechetDistance, figures.Classes?.Score ?? double.NaN, figures.Classes?.ConfidentShare ?? double.NaN,
            figures.Precision, figures.Recall, realDistance);
        if (figures.FrechetDistance < best)
        {
            best = figures.FrechetDistance;
            GanCheckpoint.Save(files.Best, trainer.Gan, trainer.Steps, metadata: metadata);
        }

        Figures.Flush(toDisk: true);
    }

    /// <summary>Closes the logs.</summary>
    public void Dispose()
    {
        using (Losses)
        using (Speed)
        using (Scores)
        using (Figures)
        {
        }
    }

    private void WriteSpeed(long step, double seconds)
    {
        if (secondsBefore + seconds <= secondsWritten)
        {
            return;
        }

        secondsWritten = secondsBefore + seconds;
        Speed.Add(step, Math.Round(secondsWritten, 3));
    }
}
