using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Samples.Report;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary>Trains from the first step to the last, and leaves samples, losses and checkpoints in the run's folder.</summary>
internal sealed class TrainingRun
{
    private const int SampleCount = 100;

    private readonly RunConfiguration configuration;
    private readonly GanModel model;
    private readonly GanTrainer trainer;
    private readonly ShuffledBatches batches;
    private readonly Tensor latents;
    private long steps;

    /// <summary>Builds the networks.</summary>
    /// <param name="configuration">What to train on what.</param>
    public TrainingRun(RunConfiguration configuration)
    {
        this.configuration = configuration;
        GanConfiguration gan = configuration.Gan;
        model = GanModel.Create(gan, configuration.Layers);
        trainer = new GanTrainer(model, gan);
        batches = new ShuffledBatches(configuration.Dataset, gan.BatchSize, new RandomSource(gan.Seed, "order"));
        latents = model.Latents(SampleCount, new RandomSource(gan.Seed, "samples"));
    }

    /// <summary>Trains.</summary>
    /// <param name="folder">Where to leave the results.</param>
    /// <param name="view">What to show meanwhile.</param>
    /// <param name="cancelled">Once set, the step under way is finished and all is saved.</param>
    /// <returns>Steps taken, fewer than asked for if it was cancelled, and the path of the last samples.</returns>
    public (long Steps, string SamplesPath) Train(RunFolder folder, ITrainingView view, CancellationToken cancelled)
    {
        folder.Write(configuration);
        var page = new RunReport(new RunReader(folder.Path), model);
        string samples = folder.WriteSamples(0, model.Generate(latents));
        view.Show(configuration.Steps, configuration.StepsPerEpoch, show =>
        {
            bool saved = false;
            while (steps < configuration.Steps && !cancelled.IsCancellationRequested)
            {
                StepReport report = trainer.Step(batches.Next());
                steps = report.Step;
                folder.Write(report);
                saved = steps % configuration.StepsPerEpoch == 0;
                if (saved)
                {
                    samples = Save(folder);
                    page.Write(isTraining: true);
                }

                show(report);
            }

            if (!saved)
            {
                samples = Save(folder);
            }

            page.Write(isTraining: false);
        });
        return (steps, samples);
    }

    private string Save(RunFolder folder)
    {
        string samples = folder.WriteSamples(steps, model.Generate(latents));
        folder.Write(new GanCheckpoint(model, configuration.Gan, steps));
        return samples;
    }
}
