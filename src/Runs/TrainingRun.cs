using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;
using MiniGan.Runs.Views;
using MiniGan.Training;

namespace MiniGan.Runs;

/// <summary>
/// A training with a folder: it shows how far it is, leaves logs, samples, checkpoints and a report there, saves all when it is stopped
/// by Ctrl-C, and goes on when it is run again, to the same bits as if it had never stopped. <c>minigan watch</c> and
/// <c>minigan report</c> show it, while it trains and after.
/// </summary>
/// <remarks>
/// In the folder: <c>config.json</c>, <c>losses.csv</c> (each step; its last line is NaN where a run diverged), <c>speed.csv</c>,
/// <c>evaluation.csv</c>, <c>samples/</c> and the newest of them as <c>samples.png</c>, what D says of them in <c>scores.csv</c> and
/// <c>discriminator.json</c>, <c>checkpoint.safetensors</c>, the last three of them in <c>checkpoints/</c>, <c>best.safetensors</c>,
/// and <c>report.html</c>.
/// </remarks>
/// <example>
/// <code>
/// var run = new TrainingRun("runs/mine", trainer, dataset.Shuffled(batchSize: 64, seed: 1));
/// run.Train(steps: 5000);
/// </code>
/// </example>
public sealed partial class TrainingRun
{
    private const long UsualCheckpointEvery = 1000;

    private const int LongestName = 200;

    private const string SettingsName = "settings";

    private readonly string folder;
    private readonly IGanTrainer trainer;
    private readonly IBatchSource batches;
    private long taken;
    private bool isBroken;

    /// <summary>Joins a folder, a trainer and its batches. Nothing is read or written before <see cref="Train"/>.</summary>
    /// <param name="folder">
    /// The run's folder. If it holds an earlier run with the same settings, that run goes on; else it must be new or empty.
    /// </param>
    /// <param name="trainer">A new trainer, on either engine; a run that goes on loads its checkpoint into it.</param>
    /// <param name="batches">
    /// What it learns from, starting at the first batch; for example
    /// <see cref="ImageDataset.Shuffled"/> or <see cref="GeneratedBatches"/>.
    /// </param>
    /// <exception cref="ArgumentException">The folder's name is empty, or images have neither one nor three channels.</exception>
    public TrainingRun(string folder, IGanTrainer trainer, IBatchSource batches)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(batches);
        if (trainer.Gan.ImageShape.Channels is not (1 or 3))
        {
            throw new ArgumentException(
                $"Samples are drawn in grey or in colour, so images must have 1 or 3 channels, but these are {trainer.Gan.ImageShape}.",
                nameof(trainer));
        }

        (this.folder, this.trainer, this.batches, taken) = (Path.GetFullPath(folder), trainer, batches, trainer.Steps);
    }

    /// <summary>Trains until so many steps have been taken, those of earlier calls and of earlier programs included.</summary>
    /// <param name="steps">Steps in all, at least 1.</param>
    /// <param name="cancelled">Once set, the step under way is finished and all is saved.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="RunException">
    /// The folder holds something else, or a run with other settings, or cannot be written, or another process trains there.
    /// </exception>
    /// <exception cref="DivergedException">A loss or the state is not finite; the last checkpoint is as it was.</exception>
    /// <exception cref="ArgumentException">A batch does not fit the networks, or the number of steps is less than 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// An earlier call ended with an exception, so that nobody knows where its batches are; or only one of <see cref="EvaluateEvery"/> and
    /// <see cref="Evaluation"/> was given.
    /// </exception>
    public RunResult Train(long steps, CancellationToken cancelled = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (isBroken)
        {
            throw new InvalidOperationException(
                "An earlier Train ended with an exception. Make the trainer, its batches and the run anew: it goes on " +
                "from the last checkpoint.");
        }

        if (EvaluateEvery > 0 != Evaluation is not null)
        {
            throw new InvalidOperationException("EvaluateEvery says when to measure, and Evaluation how: give both, or neither.");
        }

        using StopSignals? signals = StopOnCtrlC ? new StopSignals() : null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, signals?.Token ?? default);
        RunSpecification specification = Describe(steps);
        using RunFolder held = Taken(specification);
        long before = trainer.Steps;
        if (before >= steps)
        {
            Say($"{folder} has its {before} steps already. To train it further, give more.");
            return new RunResult(before, IsStopped: false, held.Files.NewestSamples, ReportProblem: null);
        }

        if (before > 0)
        {
            Say($"Going on after step {before}.");
        }

        var metadata = new Dictionary<string, string>(Metadata) { [SettingsName] = SettingsText(specification) };
        var loop = new RunLoop(trainer, batches, specification, metadata) { Evaluation = Evaluation };
        long start = Stopwatch.GetTimestamp();
        ITrainingView view = ShowProgress ? LiveView.OrPlain(loop.Samples, Output) : new SilentView();
        RunResult result;
        isBroken = true;
        try
        {
            loop.Start(either.Token);
            result = loop.Train(held, view, either.Token);
        }
        catch (CallersException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held.RequireInPlace();
            throw new RunException(
                $"'{folder}' cannot be written ({exception.Message.TrimEnd('.')}). What was saved before is whole. Make room or let it " +
                "be written, then run it again.",
                exception);
        }

        (taken, isBroken) = (trainer.Steps, false);
        Say(result.ToLine(before, Stopwatch.GetElapsedTime(start)));
        return result;
    }

    private RunSpecification Describe(long steps) => new()
    {
        Program = Assembly.GetEntryAssembly()?.GetName().Name ?? "unknown",
        Networks = GanSummary.Of(trainer.Gan).ToJson(),
        Settings = new Dictionary<string, string>(trainer.Settings)
        {
            ["image"] = $"{trainer.Gan.ImageShape}",
            ["latentSize"] = trainer.Gan.LatentSize.ToString(CultureInfo.InvariantCulture),
            ["classes"] = trainer.Gan.Classes.ToString(CultureInfo.InvariantCulture),
        },
        Data = DataName,
        Checksum = batches.Fingerprint,
        Steps = steps,
        CheckpointEvery = CheckpointEvery,
        EvaluateEvery = EvaluateEvery,
        Tags = Tags,
        Notes = Notes,
        TensorBoard = TensorBoard,
    };

    /// <summary>Never fails: no run ends because nobody can be told of it.</summary>
    private static GuardedWriter Output => new(Console.Out);

    private static string SettingsText(RunSpecification specification) => JsonSerializer.Serialize(specification.Settings);

    private RunFolder Taken(RunSpecification specification)
    {
        try
        {
            return Take(specification);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunException(
                $"'{folder}' cannot be read ({exception.Message.TrimEnd('.')}). Let it be read, or give another folder.", exception);
        }
    }

    /// <summary>Takes the folder; of a run that is there, the trainer and its batches go on where it is.</summary>
    private RunFolder Take(RunSpecification specification)
    {
        var files = new RunFiles(folder);
        if (!File.Exists(files.Configuration))
        {
            return trainer.Steps < specification.Steps
                ? RunFolder.Create(folder)
                : throw new RunException(
                    $"the trainer has taken {trainer.Steps} steps already, and '{folder}' holds no run. Ask for more than those.");
        }

        RunFolder opened = RunFolder.Open(folder);
        try
        {
            if (opened.Stored!.DifferenceFrom(specification) is string difference)
            {
                throw new RunException(
                    $"the run in '{folder}' is another one: {difference}. Make it as it was, or give another folder.");
            }

            string settings = SettingsText(specification);
            foreach (string line in Resumption.Load(trainer, files, checkpoint =>
                checkpoint.Metadata.GetValueOrDefault(SettingsName, settings) == settings))
            {
                Say(line);
            }

            if (taken > trainer.Steps)
            {
                throw new RunException(
                    $"the trainer has taken {taken} steps, more than the {trainer.Steps} of the last checkpoint in '{folder}'. Make it " +
                    "and its batches anew: it goes on from there.");
            }

            isBroken = true;
            batches.Skip(trainer.Steps - taken);
            (taken, isBroken) = (trainer.Steps, false);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private void Say(string line)
    {
        if (ShowProgress)
        {
            Output.WriteLine(Printable.Text(line));
        }
    }
}
