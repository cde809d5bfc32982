using MiniGan.Checkpoints;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Imaging;
using MiniGan.TensorBoard;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary>The folder of a run, held by one process: configuration, logs, samples and checkpoints.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string
        ConfigurationName = "config.json", LossesName = "losses.csv", SpeedName = "speed.csv", EvaluationName = "evaluation.csv", LockName = "run.lock",
        CheckpointName = "checkpoint.safetensors", BestName = "best.safetensors", CheckpointsName = "checkpoints", SamplesName = "samples";

    private const int CheckpointsKept = 3, LockAttempts = 10;

    private readonly FileStream held;
    private StepLog? losses, speed, evaluation;
    private double secondsBefore, secondsWritten, best = double.PositiveInfinity;

    private RunFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The newest checkpoint.</summary>
    public string CheckpointPath => In(CheckpointName);

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="path">Where, or null for the next free <c>runs/NAME-NUMBER</c>.</param>
    /// <param name="name">What such a name starts with.</param>
    /// <param name="overwrite">Whether a run that is there already may be replaced.</param>
    /// <exception cref="UserException">There is something else, or a run that may not be replaced.</exception>
    public static RunFolder Create(string? path, string name, bool overwrite)
    {
        path ??= Enumerable.Range(1, int.MaxValue)
            .Select(number => System.IO.Path.Combine("runs", $"{name}-{number}"))
            .First(candidate => !Directory.Exists(candidate) && !File.Exists(candidate));
        if (File.Exists(path))
        {
            throw new UserException($"--out: '{path}' is a file. Give a folder that is new or empty.");
        }

        bool replaces = Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any();
        if (replaces && !HoldsRun(path) && !HoldsBeginning(path))
        {
            throw new UserException($"--out: '{path}' holds other things than a run. Give a folder that is new or empty.");
        }

        if (replaces && !overwrite && HoldsRun(path))
        {
            throw new UserException($"--out: '{path}' holds a run already. Give another folder, --resume to go on with it, or --overwrite to replace it.");
        }

        MakeSamples(path);
        var folder = new RunFolder(path, Hold(path));
        if (replaces)
        {
            folder.DeleteRun();
        }

        return folder;
    }

    /// <summary>Opens the folder of a run to go on with it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="UserException">There is no run.</exception>
    public static RunFolder Open(string path)
    {
        if (!HoldsRun(path))
        {
            throw new UserException($"--resume: there is no run in '{path}'. Give the folder of one as --out.");
        }

        var folder = new RunFolder(path, Hold(path));
        MakeSamples(path);
        folder.DeleteLeftovers();
        return folder;
    }

    /// <summary>What <c>config.json</c> holds.</summary>
    public string ReadConfiguration() => OrdinaryFile.ReadText(In(ConfigurationName), RunConfiguration.LongestFile);

    /// <summary>The newest checkpoint, or, if that is gone, the newest of those that were kept; null if the run was ended before its first.</summary>
    /// <exception cref="UserException">It is not one that a training can go on from.</exception>
    public GanCheckpoint? ReadCheckpoint(IConvolutionLayers layers)
    {
        string? path = File.Exists(CheckpointPath) ? CheckpointPath : Kept().LastOrDefault();
        if (path is null)
        {
            return null;
        }

        try
        {
            GanCheckpoint checkpoint = GanCheckpoint.Load(path, layers);
            return checkpoint.Trainer is not null
                ? checkpoint
                : throw new UserException($"--resume: '{path}' holds the networks only, not the state of their training: an older version wrote it. Train again, with --overwrite or into another folder.");
        }
        catch (MalformedFileException exception)
        {
            throw new UserException($"--resume: {exception.Message.TrimEnd('.')}. Copy the newest file of '{In(CheckpointsName)}' that is whole over it.");
        }
    }

    /// <summary>Begins the logs, or goes on with them behind a step, and writes <c>config.json</c>.</summary>
    public void Begin(RunConfiguration configuration, long step)
    {
        try
        {
            AtomicFile.WriteText(In(ConfigurationName), configuration.ToJson());
            losses = new StepLog(In(LossesName), "step,discriminator_loss,generator_loss,real_score,fake_score,penalty", step);
            speed = new StepLog(In(SpeedName), "step,seconds", step);
            if (configuration.EvaluateEvery > 0)
            {
                evaluation = new StepLog(In(EvaluationName), "step,frechet_distance,classifier_score,confident_share,precision,recall,real_frechet_distance", step);
                best = step > 0 && File.Exists(In(BestName)) ? BestOf(In(EvaluationName)) : best;
            }

            secondsBefore = secondsWritten = speed.Last is string last ? Number(last.Split(',')[1]) : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(Path, exception);
        }
    }

    /// <summary>Adds a step to the logs.</summary>
    /// <param name="report">What it measured.</param>
    /// <param name="seconds">Time since <see cref="Begin"/>.</param>
    public void Write(StepReport report, double seconds)
    {
        losses!.Add($"{report.Step},{report.DiscriminatorLoss:R},{report.GeneratorLoss:R},{report.RealScore:R},{report.FakeScore:R},{report.Penalty:R}");
        if (secondsBefore + seconds - secondsWritten > 1)
        {
            WriteSpeed(report.Step, seconds);
        }
    }

    /// <summary>Writes the grid of samples after a step, and the newest one again as <c>samples.png</c>.</summary>
    /// <returns>The path of the latter.</returns>
    public string WriteSamples(long step, Tensor images)
    {
        Bitmap grid = ImageConversion.Grid(images, columns: 10);
        PngWriter.Write(System.IO.Path.Combine(Path, SamplesName, $"step-{step:D6}.png"), grid);
        PngWriter.Write(In(SamplesName + ".png"), grid);
        return In(SamplesName + ".png");
    }

    /// <summary>
    /// Keeps the checkpoint beside the two before it, then makes it the newest. The logs up to it are on the disk first, and the newest one is written last: whatever a kill leaves undone is done again
    /// by the run that goes on from the one before.
    /// </summary>
    public void Write(GanCheckpoint checkpoint, double seconds)
    {
        losses!.Flush(toDisk: true);
        WriteSpeed(checkpoint.Step, seconds);
        speed!.Flush(toDisk: true);
        checkpoint.Save(System.IO.Path.Combine(Path, CheckpointsName, $"step-{checkpoint.Step:D6}.safetensors"));
        foreach (string old in Kept().SkipLast(CheckpointsKept))
        {
            File.Delete(old);
        }

        checkpoint.Save(CheckpointPath);
    }

    /// <summary>Adds the figures of a step to the log, and keeps the checkpoint as <c>best.safetensors</c> if none was better.</summary>
    public void Write(GanCheckpoint checkpoint, EvaluationReport figures, double realDistance)
    {
        evaluation!.Add($"{checkpoint.Step},{figures.FrechetDistance:R},{figures.ClassifierScore:R},{figures.ConfidentShare:R},{figures.Precision:R},{figures.Recall:R},{realDistance:R}");
        if (figures.FrechetDistance < best)
        {
            best = figures.FrechetDistance;
            (checkpoint with { Trainer = null }).Save(In(BestName));
        }

        evaluation.Flush(toDisk: true);
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

    private static void MakeSamples(string path)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(path, SamplesName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, exception);
        }
    }

    private static bool HoldsRun(string path)
    {
        string configuration = System.IO.Path.Combine(path, ConfigurationName);
        return File.Exists(configuration) && RunConfiguration.IsOne(OrdinaryFile.ReadText(configuration, RunConfiguration.LongestFile));
    }

    /// <summary>Whether a run began here and was ended before it wrote its configuration.</summary>
    private static bool HoldsBeginning(string path) =>
        File.Exists(System.IO.Path.Combine(path, LockName)) &&
        !KeptIn(path).Any() &&
        Directory.EnumerateFileSystemEntries(path).Except(EventFileWriter.FilesIn(path)).All(entry =>
            System.IO.Path.GetFileName(entry) is LockName or SamplesName or CheckpointsName or LossesName or SpeedName or EvaluationName || entry.EndsWith(".part", StringComparison.Ordinal));

    /// <summary>Locks the folder against other processes until this one ends, however it ends. The file stays: to delete it would let two processes lock two files of that name.</summary>
    private static FileStream Hold(string path)
    {
        string file = System.IO.Path.Combine(path, LockName);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (IsLocked(exception) && attempt < LockAttempts)
            {
                // Whoever only looks whether the run trains, as watch does, holds it for a moment.
                Thread.Sleep(50);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw IsLocked(exception)
                    ? new UserException($"--out: another process is training the run in '{path}'. Wait until it ends, or give another folder.")
                    : CannotWrite(path, exception);
            }
        }
    }

    /// <summary>EWOULDBLOCK of Linux and of macOS, and Windows's sharing violation; anything else, as a read-only file system, is no other process.</summary>
    private static bool IsLocked(Exception exception) => exception is IOException && exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static UserException CannotWrite(string path, Exception exception) =>
        new($"--out: the folder '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Make room or let it be written, or give another folder.");

    /// <summary>Deletes only what a run wrote; whatever else the user put there stays. The configuration goes last, so that a deletion that fails can be repeated.</summary>
    private void DeleteRun()
    {
        DeleteLeftovers();
        string samples = In(SamplesName);
        foreach (string file in (string[])[
            .. Directory.GetFiles(samples, "step-*.png"), .. Kept(), .. EventFileWriter.FilesIn(Path),
            .. new[] { LossesName, SpeedName, EvaluationName, CheckpointName, BestName, SamplesName + ".png", "report.html", ConfigurationName }.Select(In)])
        {
            File.Delete(file);
        }
    }

    /// <summary>Deletes what a process that was killed had not finished writing.</summary>
    private void DeleteLeftovers()
    {
        foreach (string folder in new[] { Path, In(SamplesName), In(CheckpointsName) }.Where(Directory.Exists))
        {
            foreach (string name in new[] { "*.safetensors", "*.png", "*.csv", "*.json", "*.html" })
            {
                Array.ForEach(Directory.GetFiles(folder, name + ".*.part"), File.Delete);
            }
        }
    }

    private IEnumerable<string> Kept() => KeptIn(Path);

    private static IEnumerable<string> KeptIn(string path) => StepName.FilesIn(System.IO.Path.Combine(path, CheckpointsName), ".safetensors").Select(file => file.Path);

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

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
