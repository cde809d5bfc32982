using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary>Trains from the first step to the last, and leaves samples, losses and checkpoints in the run's folder.</summary>
internal static class TrainingRun
{
    private const int SampleCount = 100;

    /// <summary>Trains.</summary>
    /// <param name="configuration">What to train on what.</param>
    /// <param name="folder">Where to leave the results.</param>
    /// <param name="view">What to show meanwhile.</param>
    /// <param name="cancelled">Once set, the step under way is finished and all is saved.</param>
    /// <returns>Steps taken, fewer than asked for if it was cancelled, and the path of the last samples.</returns>
    public static (long Steps, string SamplesPath) Train(RunConfiguration configuration, RunFolder folder, ITrainingView view, CancellationToken cancelled)
    {
        GanConfiguration gan = configuration.Gan;
        var model = GanModel.Create(gan);
        var trainer = new GanTrainer(model, gan);
        var batches = new ShuffledBatches(configuration.Dataset, gan.BatchSize, new RandomSource(gan.Seed, "order"));
        Tensor latents = model.Latents(SampleCount, new RandomSource(gan.Seed, "samples"));
        folder.Write(configuration);
        string samples = folder.WriteSamples(0, model.Generate(latents));
        long steps = 0, saved = -1;

        void Save()
        {
            samples = folder.WriteSamples(steps, model.Generate(latents));
            folder.Write(new GanCheckpoint(model, gan, steps));
            saved = steps;
        }

        view.Show(configuration.Steps, configuration.StepsPerEpoch, show =>
        {
            while (steps < configuration.Steps && !cancelled.IsCancellationRequested)
            {
                StepReport report = trainer.Step(batches.Next());
                steps = report.Step;
                folder.Write(report);
                if (steps % configuration.StepsPerEpoch == 0)
                {
                    Save();
                }

                show(report);
            }

            if (saved != steps)
            {
                Save();
            }
        });
        return (steps, samples);
    }
}
