namespace MiniGan.Runs.Folders;

/// <summary>The folder of a run, held by one process from before it begins until it ends.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly RunLock held;
    private readonly bool isNew;

    private RunFolder(RunFiles files, RunLock held, bool isNew) => (Files, this.held, this.isNew) = (files, held, isNew);

    /// <summary>What is in it, by its names.</summary>
    public RunFiles Files { get; }

    /// <summary>What the run was when the folder was opened to go on with it; null of a new run.</summary>
    public RunSpecification? Stored { get; private init; }

    /// <summary>Whether there is a run in it that <see cref="Begin"/> replaces.</summary>
    public bool ReplacesRun => isNew && EarlierRun.IsRun(Files);

    /// <summary>Takes a folder for a new run. What is there stays until <see cref="Begin"/>.</summary>
    /// <param name="path">Where.</param>
    /// <param name="overwrite">Whether a run that is there already may be replaced.</param>
    /// <exception cref="RunException">There is something else, or a run that may not be replaced.</exception>
    public static RunFolder Create(string path, bool overwrite = false) =>
        TryCreate(new RunFiles(path), overwrite, isPatient: true, out string obstacle) ?? throw new RunException(obstacle);

    /// <summary>Takes the next free folder <c>runs/NAME-NUMBER</c>.</summary>
    /// <param name="name">What its name starts with.</param>
    /// <exception cref="RunException">It cannot be made.</exception>
    public static RunFolder CreateNext(string name)
    {
        for (int number = 1; ; number++)
        {
            var files = new RunFiles(Path.Combine("runs", $"{name}-{number}"));
            if (!File.Exists(files.Configuration) && TryCreate(files, overwrite: false, isPatient: false, out _) is RunFolder folder)
            {
                return folder;
            }
        }
    }

    /// <summary>Opens the folder of a run to go on with it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="RunException">There is no run, or another process trains it.</exception>
    /// <exception cref="MiniGan.Files.MalformedFileException">Its <c>config.json</c> is damaged.</exception>
    public static RunFolder Open(string path)
    {
        var files = new RunFiles(path);
        if (!File.Exists(files.Configuration))
        {
            throw new RunException($"there is no run in '{path}'. Give the folder of one.");
        }

        RunSpecification.Read(files.Configuration); // before anything is made in a folder that is no run's
        return Writing(path, () =>
        {
            RunLock held = RunLock.TryHold(files.Lock) ?? throw new RunException(TrainedBy(path));
            try
            {
                EarlierRun.DeleteLeftovers(files);
                return new RunFolder(files, held, isNew: false) { Stored = RunSpecification.Read(files.Configuration) };
            }
            catch
            {
                held.Dispose();
                throw;
            }
        });
    }

    /// <summary>Begins the run, in the place of one that was there; or goes on with it behind a step.</summary>
    /// <returns>Writes what it leaves; to be disposed before this.</returns>
    /// <exception cref="RunException">It cannot be written; what was there is as it was.</exception>
    public RunWriter Begin(RunSpecification specification, long step) => Writing(Files.Folder, () =>
    {
        Directory.CreateDirectory(Files.Samples);
        RunWriter? writer = null;
        void Write()
        {
            specification.Write(Files.Configuration);
            writer = new RunWriter(Files, RequireInPlace, specification.EvaluateEvery > 0, step);
            held.Sign();
        }

        if (isNew)
        {
            EarlierRun.Replace(Files, Write);
        }
        else
        {
            Write();
        }

        return writer!;
    });

    /// <summary>A folder that is gone must not be made again, and one that was put in its place is another run's.</summary>
    /// <exception cref="RunException">It is gone.</exception>
    public void RequireInPlace()
    {
        if (!held.IsInPlace())
        {
            throw new RunException(
                $"'{Files.Folder}' was moved, deleted or replaced while the run trained, so the run ends. What it saved before is whole, " +
                "wherever it is now: go on there.");
        }
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => held.Dispose();

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

    private static string TrainedBy(string path) =>
        $"another process is training the run in '{path}'. Wait until it ends, or give another folder.";

    private static T Writing<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunException(
                $"the folder '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Make room or let it be written, " +
                "or give another folder.",
                exception);
        }
    }
}
