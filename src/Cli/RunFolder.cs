using System.Globalization;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Imaging;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli;

/// <summary>The folder of a run, held by one process: configuration, logs, samples and checkpoints.</summary>
internal sealed class RunFolder : IDisposable
{
    private const int CheckpointsKept = 3;

    private readonly RunFiles files;
    private readonly RunLock held;
    private readonly bool isNew;
    private StepLog? losses, speed, evaluation;
    private double secondsBefore, secondsWritten, best = double.PositiveInfinity;

    private RunFolder(RunFiles files, RunLock held, bool isNew) => (this.files, this.held, this.isNew) = (files, held, isNew);

    /// <summary>The folder.</summary>
    public string Path => files.Folder;

    /// <summary>Whether there is a run in it that <see cref="Begin"/> replaces.</summary>
    public bool ReplacesRun => isNew && EarlierRun.IsRun(files);

    /// <summary>The newest checkpoint.</summary>
    public string CheckpointPath => files.Checkpoint;

    /// <summary>All checkpoints from which the run can go on: the newest one, then those that were kept, the last first.</summary>
    public IEnumerable<string> Checkpoints => files.Kept().Select(kept => kept.Path).Append(files.Checkpoint).Reverse().Where(File.Exists);

    /// <summary>Takes a folder for a new run. What is there stays until <see cref="Begin"/>.</summary>
    /// <param name="path">Where, or null for the next free <c>runs/NAME-NUMBER</c>.</param>
    /// <param name="name">What such a name starts with.</param>
    /// <param name="overwrite">Whether a run that is there already may be replaced.</param>
    /// <exception cref="UserException">There is something else, or a run that may not be replaced.</exception>
    public static RunFolder Create(string? path, string name, bool overwrite)
    {
        if (path is not null)
        {
            return TryCreate(new RunFiles(path), overwrite, isPatient: true, out string obstacle) ?? throw new UserException($"--out: {obstacle}");
        }

        for (int number = 1; ; number++)
        {
            var files = new RunFiles(System.IO.Path.Combine("runs", $"{name}-{number}"));
            if (!File.Exists(files.Configuration) && TryCreate(files, overwrite: false, isPatient: false, out _) is RunFolder folder)
            {
                return folder;
            }
        }
    }

    /// <summary>Opens the folder of a run to go on with it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="UserException">There is no run, or another process trains it.</exception>
    public static RunFolder Open(string path)
    {
        var files = new RunFiles(path);
        if (!File.Exists(files.Configuration))
        {
            throw new UserException($"--resume: there is no run in '{path}'. Give the folder of one as --out.");
        }

        if (!RunConfiguration.IsOne(OrdinaryFile.ReadText(files.Configuration, RunConfiguration.LongestFile)))
        {
            throw new UserException($"--resume: there is no run in '{path}', or its config.json is damaged. Give the folder of one as --out.");
        }

        return Writing(path, () =>
        {
            var folder = new RunFolder(files, RunLock.TryHold(files.Lock) ?? throw new UserException($"--out: {TrainedBy(path)}"), isNew: false);
            EarlierRun.DeleteLeftovers(files);
            return folder;
        });
    }

    /// <summary>What <c>config.json</c> holds.</summary>
    public string ReadConfiguration() => OrdinaryFile.ReadText(files.Configuration, RunConfiguration.LongestFile);

    /// <summary>Begins the run, in the place of one that was there; or goes on with it behind a step.</summary>
    /// <exception cref="UserException">It cannot be written; what was there is as it was.</exception>
    public void Begin(RunConfiguration configuration, long step) => Writing(Path, () =>
    {
        Directory.CreateDirectory(files.Samples);
        if (isNew)
        {
            EarlierRun.Replace(files, () => Open(configuration, step));
        }
        else
        {
            Open(configuration, step);
        }

        held.Sign();
        return this;
    });

    /// <summary>Adds a step to the logs.</summary>
    /// <param name="report">What it measured.</param>
    /// <param name="seconds">Time since <see cref="Begin"/>.</param>
    /// <exception cref="UserException">The folder is gone.</exception>
    public void Write(StepReport report, double seconds)
    {
        losses!.Add($"{report.Step},{report.DiscriminatorLoss:R},{report.GeneratorLoss:R},{report.RealScore:R},{report.FakeScore:R},{report.Penalty:R}");
        if (secondsBefore + seconds - secondsWritten > 1)
        {
            RequireInPlace();
            WriteSpeed(report.Step, seconds);
        }
    }

    /// <summary>
    /// Writes all steps that were added, though they are behind the last checkpoint, if that can be done: a run that cannot go on tells how
    /// it came.
    /// </summary>
    public void TryFlush()
    {
        try
        {
            losses!.Flush(toDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Why the run cannot go on is the news.
        }
    }

    /// <summary>Writes the grid of samples after a step, and the newest one again as <c>samples.png</c>.</summary>
    /// <returns>The path of the latter.</returns>
    /// <exception cref="UserException">The folder is gone.</exception>
    public string WriteSamples(long step, Tensor images)
    {
        RequireInPlace();
        Bitmap grid = ImageConversion.Grid(images, columns: 10);
        foreach (string path in new[] { files.SamplesAfter(step), files.NewestSamples })
        {
            AtomicFile.Write(path, stream => PngWriter.Write(stream, grid), makeFolders: false);
        }

        return files.NewestSamples;
    }

    /// <summary>
    /// Keeps the checkpoint beside the two before it, then makes it the newest. The logs up to it are on the disk first, and the newest one
    /// is written last: whatever a kill leaves undone is done again
    /// by the run that goes on from the one before.
    /// </summary>
    /// <exception cref="UserException">The folder is gone.</exception>
    public void WriteCheckpoint(GanTrainer trainer, Recipe recipe, double seconds)
    {
        losses!.Flush(toDisk: true);
        WriteSpeed(trainer.Steps, seconds);
        speed!.Flush(toDisk: true);
        RequireInPlace();
        TrainerState state = trainer.Capture();
        GanCheckpoint.Save(files.KeptAfter(trainer.Steps), trainer.Gan, trainer.Steps, state, recipe.Metadata);
        foreach ((_, string old) in files.Kept().SkipLast(CheckpointsKept))
        {
            File.Delete(old);
        }

        RequireInPlace();
        GanCheckpoint.Save(files.Checkpoint, trainer.Gan, trainer.Steps, state, recipe.Metadata);
    }

    /// <summary>Adds the figures of a step to the log, and keeps the checkpoint as <c>best.safetensors</c> if none was better.</summary>
    /// <exception cref="UserException">The folder is gone.</exception>
    public void WriteFigures(GanTrainer trainer, Recipe recipe, EvaluationReport figures, double realDistance)
    {
        RequireInPlace();
        evaluation!.Add($"{trainer.Steps},{figures.FrechetDistance:R},{figures.ClassifierScore:R},{figures.ConfidentShare:R},{figures.Precision:R},{figures.Recall:R},{realDistance:R}");
        if (figures.FrechetDistance < best)
        {
            best = figures.FrechetDistance;
            GanCheckpoint.Save(files.Best, trainer.Gan, trainer.Steps, metadata: recipe.Metadata);
        }

        evaluation.Flush(toDisk: true);
    }

    /// <summary>A folder that is gone must not be made again, and one that was put in its place is another run's.</summary>
    /// <exception cref="UserException">It is gone.</exception>
    public void RequireInPlace()
    {
        if (!held.IsInPlace())
        {
            throw new UserException($"--out: '{Path}' was moved, deleted or replaced while the run trained, so the run ends. What it saved before is whole, wherever it is now: go on there with --resume.");
        }
    }

    /// <summary>Closes the logs, and lets go of the folder.</summary>
    public void Dispose()
    {
        using (held)
        using (losses)
        using (speed)
        using (evaluation)
        {
        }
    }

    /// <summary>
    /// Takes a folder if a run can begin there: looked at before anything is made, and again once no other process can begin one.
    /// </summary>
    private static RunFolder? TryCreate(RunFiles files, bool overwrite, bool isPatient, out string obstacle)
    {
        RunLock? held = null;
        string? found = EarlierRun.Obstacle(files, overwrite) ?? Writing(files.Folder, () =>
        {
            Directory.CreateDirectory(files.Folder);
            held = RunLock.TryHold(files.Lock, isPatient);
            return held is null ? TrainedBy(files.Folder) : EarlierRun.Obstacle(files, overwrite);
        });
        if (found is not null)
        {
            held?.Dispose();
        }

        obstacle = found ?? "";
        return found is null ? new RunFolder(files, held!, isNew: true) : null;
    }

    private static string TrainedBy(string path) => $"another process is training the run in '{path}'. Wait until it ends, or give another folder.";

    private static T Writing<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--out: the folder '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Make room or let it be written, or give another folder.");
        }
    }

    private void Open(RunConfiguration configuration, long step)
    {
        AtomicFile.WriteText(files.Configuration, configuration.ToJson());
        losses = new StepLog(files.Losses, "step,discriminator_loss,generator_loss,real_score,fake_score,penalty", step);
        speed = new StepLog(files.Speed, "step,seconds", step);
        if (configuration.EvaluateEvery > 0)
        {
            evaluation = new StepLog(files.Evaluation, "step,frechet_distance,classifier_score,confident_share,precision,recall,real_frechet_distance", step);
            best = step > 0 && File.Exists(files.Best) ? BestOf(files.Evaluation) : best;
        }

        secondsBefore = secondsWritten = speed.Last is string last ? Number(last.Split(',')[1]) : 0;
    }

    private void WriteSpeed(long step, double seconds)
    {
        if (secondsBefore + seconds <= secondsWritten)
        {
            return;
        }

        secondsWritten = secondsBefore + seconds;
        speed!.Add($"{step},{secondsWritten:F3}");
    }

    private static double BestOf(string path) => File.ReadLines(path).Skip(1).Select(line => Number(line.Split(',')[1])).Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Min();

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
