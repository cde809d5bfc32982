using System.Diagnostics;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Logs;
using MiniGan.Runs.Reports;
using MiniGan.Runs.TensorBoard;
using MiniGan.Runs.Views;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs;

/// <summary>
/// Trains from where the trainer stands to the last step, and leaves samples, losses, figures and checkpoints in the run's folder.
/// </summary>
/// <param name="trainer">The trainer.</param>
/// <param name="batches">Its batches, behind as many as it has taken steps.</param>
/// <param name="specification">What the run is.</param>
/// <param name="metadata">What each checkpoint is to say, beside what it says by itself.</param>
internal sealed class RunLoop(
    IGanTrainer trainer, IBatchSource batches, RunSpecification specification, IReadOnlyDictionary<string, string> metadata)
{
    private const int SampleCount = 100;

    private readonly Tensor latents = trainer.Gan.Latents(SampleCount, new RandomSource(trainer.Seed, "samples"));
    private readonly long done = trainer.Steps;
    private Tensor? firstSamples;
    private StepReport? firstStep;
    private Batch? lastBatch;
    private long start;
    private string samplesPath = "";
    private int? batchSize;

    /// <summary>How good samples are, every <see cref="RunSpecification.EvaluateEvery"/> steps; null if that is not measured.</summary>
    public RunEvaluation? Evaluation { get; init; }

    /// <summary>Samples as they look now; not while a step is under way.</summary>
    /// <param name="count">How many, at most those of the grid.</param>
    /// <returns>A fresh tensor [count, C, H, W] in [−1, 1], the first of the grid's.</returns>
    public Tensor Samples(int count)
    {
        var first = new Tensor(new Shape(count, trainer.Gan.LatentSize));
        latents.Span[..first.Shape.Count].CopyTo(first.Span);
        return Draw(first);
    }

    /// <summary>
    /// Takes the first step before anything is written, and copies the state as a checkpoint does: all memory that the run needs has been
    /// there once, so that what cannot start replaces nothing.
    /// </summary>
    /// <param name="cancelled">Once set, the step is not taken.</param>
    /// <exception cref="DivergedException">A loss or the state is not finite.</exception>
    public void Start(CancellationToken cancelled)
    {
        start = Stopwatch.GetTimestamp();
        firstSamples = trainer.Steps == 0 ? Draw(latents) : null;
        if (!cancelled.IsCancellationRequested)
        {
            firstStep = Step();
            _ = trainer.Capture();
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="folder">Where to leave the results.</param>
    /// <param name="view">What to show meanwhile.</param>
    /// <param name="cancelled">Once set, the step under way is finished and all is saved.</param>
    /// <exception cref="DivergedException">A loss or the state is not finite; the last checkpoint is as it was.</exception>
    /// <exception cref="RunException">The folder cannot be written, or is gone.</exception>
    /// <exception cref="IOException">Something in the folder cannot be written.</exception>
    public RunResult Train(RunFolder folder, ITrainingView view, CancellationToken cancelled)
    {
        RunSpecification run = specification with
        {
            Networks = specification.Networks ?? GanSummary.Of(trainer.Gan).ToJson(),
            BatchSize = specification.Recipe is null ? batchSize : null,
            Machine = RunMachine.Describe(),
        };
        using RunWriter writer = folder.Begin(run, done);
        using EventFileWriter? events = run.TensorBoard ? new EventFileWriter(folder.Files.Folder, done == 0 ? 0 : done + 1) : null;
        view = events is null ? view : new TensorBoardView(view, events);
        if (firstSamples is not null)
        {
            WriteSamples(writer, view, 0, firstSamples);
        }

        var page = new RunReport(new RunReader(folder.Files, run.ToJson(), writer), folder.RequireInPlace);
        try
        {
            view.Show(run.Steps, batches.BatchesPerEpoch, show => Train(writer, view, page, show, cancelled));
        }
        catch (DivergedException exception)
        {
            // All show how it came. The divergence is what to report, not that there is no page about it.
            writer.WriteDivergence(exception.Step);
            writer.TryFlush();
            page.TryWrite(isTraining: false);
            throw;
        }

        return new RunResult(trainer.Steps, trainer.Steps < run.Steps, samplesPath, page.TryWrite(isTraining: false));
    }

    private void Train(RunWriter writer, ITrainingView view, RunReport page, Action<StepReport> show, CancellationToken cancelled)
    {
        bool saved = false;
        for (StepReport? next = firstStep;
            next is not null || (trainer.Steps < specification.Steps && !cancelled.IsCancellationRequested);
            next = null)
        {
            StepReport report = next ?? Step();
            writer.Write(report, Seconds);
            saved = IsDue(batches.BatchesPerEpoch) ||
                IsDue(specification.CheckpointEvery) ||
                IsDue(specification.EvaluateEvery) ||
                IsDue(specification.Steps);
            if (saved)
            {
                Save(writer, view);
                page.Update();
            }
            else if (StepName.IsMilestone(trainer.Steps))
            {
                DrawSamples(writer, view);
            }

            show(report);
        }

        if (!saved)
        {
            Save(writer, view);
        }
    }

    private StepReport Step()
    {
        Batch batch = NextBatch();
        StepReport report = trainer.Step(batch);
        (batchSize, lastBatch) = (batch.Images.Shape.N, batch);
        return report;
    }

    /// <summary>The next batch. What its source throws is not the folder's fault.</summary>
    private Batch NextBatch()
    {
        try
        {
            return batches.Next();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CallersException(exception);
        }
    }

    /// <summary>
    /// The figures of the networks as they are. If they cannot be measured, the steps up to here are saved before that is told.
    /// </summary>
    private EvaluationReport Measure(RunWriter writer)
    {
        try
        {
            return Evaluation!.Measure(trainer.Gan);
        }
        catch (Exception exception)
        {
            writer.WriteCheckpoint(trainer, metadata, Seconds);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new CallersException(exception);
            }

            throw;
        }
    }

    private bool IsDue(long every) => every > 0 && trainer.Steps % every == 0;

    private double Seconds => Stopwatch.GetElapsedTime(start).TotalSeconds;

    private void Save(RunWriter writer, ITrainingView view)
    {
        WriteScores(writer, DrawSamples(writer, view));
        if (Evaluation is not null && (IsDue(specification.EvaluateEvery) || IsDue(specification.Steps)))
        {
            EvaluationReport figures = Measure(writer);
            writer.WriteFigures(trainer, metadata, figures, Evaluation.RealDistance);
            view.ShowEvaluation(trainer.Steps, figures);
        }

        writer.WriteCheckpoint(trainer, metadata, Seconds);
    }

    /// <summary>
    /// Draws the samples as they are now. What is not finite must not take the place of the last good ones, nor of the last good
    /// checkpoint.
    /// </summary>
    /// <exception cref="DivergedException">The state is not finite.</exception>
    private Tensor DrawSamples(RunWriter writer, ITrainingView view)
    {
        trainer.RequireFinite();
        Tensor samples = Draw(latents);
        WriteSamples(writer, view, trainer.Steps, samples);
        return samples;
    }

    /// <summary>
    /// The pictures as they are now, black where they are no numbers: whether the training can go on, its losses and its state tell.
    /// </summary>
    private Tensor Draw(Tensor z)
    {
        try
        {
            return trainer.Gan.Generate(z);
        }
        catch (NotFiniteNumberException)
        {
            var black = new Tensor(trainer.Gan.ImageShape.Batch(z.Shape.N));
            black.Span.Fill(-1);
            return black;
        }
    }

    /// <summary>
    /// D's scores of the samples and of the last batch. A D of the caller's that cannot be evaluated so must not end the run, whatever it
    /// throws: the page says why.
    /// </summary>
    private void WriteScores(RunWriter writer, Tensor samples)
    {
        DiscriminatorView? view = null;
        try
        {
            view = lastBatch is Batch real ? DiscriminatorView.Of(trainer.Gan, real, samples) : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            writer.WriteScores(trainer.Steps, [], DiscriminatorView.TextOf(trainer.Steps, exception.Message));
        }

        if (view is not null)
        {
            writer.WriteScores(trainer.Steps, view.Quantiles(), view.ToText(trainer.Steps, RunReader.LongestView));
        }
    }

    private void WriteSamples(RunWriter writer, ITrainingView view, long step, Tensor images)
    {
        view.ShowSamples(step, images);
        samplesPath = writer.WriteSamples(step, images);
    }
}
