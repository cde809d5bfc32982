using System.Diagnostics;
using MiniGan.Cli.Report;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using MiniGan.Training;

namespace MiniGan.Cli;

/// <summary>
/// Trains from the first step, or from where a checkpoint stands, to the last, and leaves samples, losses, figures and checkpoints in the
/// run's folder.
/// </summary>
internal sealed class TrainingRun
{
    private const int SampleCount = 100;

    private readonly RunConfiguration configuration;
    private readonly GanTrainer trainer;
    private readonly ShuffledBatches batches;
    private readonly Tensor latents;
    private RunEvaluation? evaluation;
    private Tensor? firstSamples;
    private StepReport? firstStep;
    private long start;
    private string samplesPath = "";

    /// <summary>Builds the networks, and goes on with those of a checkpoint.</summary>
    /// <param name="configuration">What to train on what.</param>
    /// <param name="checkpoint">Where to go on; null to begin.</param>
    /// <exception cref="MalformedFileException">The checkpoint is damaged, or that of another configuration.</exception>
    public TrainingRun(RunConfiguration configuration, GanCheckpoint? checkpoint = null)
    {
        this.configuration = configuration;
        Recipe recipe = configuration.Gan;
        Gan gan = recipe.CreateGan(initialize: checkpoint is null);
        trainer = recipe.TrainerFor(configuration.BuiltInLayers ? BuiltInLayers.Replace(gan) : gan);
        ImageDataset images = recipe.Labels is null ? configuration.Dataset : configuration.Dataset.WithClasses(recipe.Labels);
        batches = images.Shuffled(recipe.BatchSize, recipe.Seed);
        latents = trainer.Gan.Latents(SampleCount, new RandomSource(recipe.Seed, "samples"));
        if (checkpoint is not null)
        {
            trainer.Load(checkpoint);
            batches.Skip(trainer.Steps);
        }
    }

    /// <summary>Steps behind the networks.</summary>
    public long Steps => trainer.Steps;

    /// <summary>Samples as they look now; not while a step is under way.</summary>
    /// <param name="count">How many, at most those of the grid.</param>
    /// <returns>A fresh tensor [count, C, H, W] in [−1, 1], the first of the grid's.</returns>
    public Tensor Samples(int count)
    {
        var first = new Tensor(new Shape(count, trainer.Gan.LatentSize));
        latents.Span[..first.Shape.Count].CopyTo(first.Span);
        return Draw(first);
    }

    /// <summary>Measures the real images, if the run is to tell figures.</summary>
    /// <exception cref="UserException">There is no such classifier, or it does not know these images.</exception>
    public void PrepareEvaluation() => evaluation = configuration.EvaluateEvery > 0 ? new RunEvaluation(configuration.Data, configuration.Classifier) : null;

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
    /// <param name="folder">Where to leave the results; begun.</param>
    /// <param name="view">What to show meanwhile.</param>
    /// <param name="cancelled">Once set, the step under way is finished and all is saved.</param>
    /// <returns>Steps behind the networks, fewer than asked for if it was cancelled; the path of the last samples; why there is no report,
    /// or null.</returns>
    /// <exception cref="DivergedException">A loss or the state is not finite; the last checkpoint is as it was.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public (long Steps, string SamplesPath, string? ReportProblem) Train(RunFolder folder, ITrainingView view, CancellationToken cancelled)
    {
        if (firstSamples is not null)
        {
            WriteSamples(folder, view, 0, firstSamples);
        }

        var page = new RunReport(new RunReader(folder.Path), NetworkSummary.Of(trainer.Gan, configuration.Gan.Packing), folder.RequireInPlace);
        try
        {
            view.Show(configuration.Steps, configuration.StepsPerEpoch, show =>
            {
                bool saved = false;
                for (StepReport? next = firstStep; next is not null || (trainer.Steps < configuration.Steps && !cancelled.IsCancellationRequested); next = null)
                {
                    StepReport report = next ?? Step();
                    folder.Write(report, Seconds);
                    saved = IsDue(configuration.StepsPerEpoch) || IsDue(configuration.CheckpointEvery) || IsDue(configuration.EvaluateEvery) || IsDue(configuration.Steps);
                    if (saved)
                    {
                        Save(folder, view);
                        if (IsDue(configuration.StepsPerEpoch) || IsDue(configuration.EvaluateEvery))
                        {
                            page.Update();
                        }
                    }

                    show(report);
                }

                if (!saved)
                {
                    Save(folder, view);
                }
            });
        }
        catch (DivergedException)
        {
            // Both show how it came. The divergence is what to report, not that there is no page about it.
            folder.TryFlush();
            page.TryWrite(isTraining: false);
            throw;
        }

        return (trainer.Steps, samplesPath, page.TryWrite(isTraining: false));
    }

    private StepReport Step() => trainer.Step(batches.Next());

    private bool IsDue(long every) => every > 0 && trainer.Steps % every == 0;

    private double Seconds => Stopwatch.GetElapsedTime(start).TotalSeconds;

    private void Save(RunFolder folder, ITrainingView view)
    {
        // What is not finite must not take the place of the last good checkpoint, nor its samples that of the last good ones.
        trainer.RequireFinite();
        WriteSamples(folder, view, trainer.Steps, Draw(latents));
        if (evaluation is not null && (IsDue(configuration.EvaluateEvery) || IsDue(configuration.Steps)))
        {
            EvaluationReport figures = evaluation.Evaluate(trainer.Gan);
            folder.WriteFigures(trainer, configuration.Gan, figures, evaluation.RealDistance);
            view.ShowEvaluation(trainer.Steps, figures);
        }

        folder.WriteCheckpoint(trainer, configuration.Gan, Seconds);
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

    private void WriteSamples(RunFolder folder, ITrainingView view, long step, Tensor images)
    {
        view.ShowSamples(step, images);
        samplesPath = folder.WriteSamples(step, images);
    }
}
