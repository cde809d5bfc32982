using System.Diagnostics;
using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Runs.Logs;
using MiniGan.Runs.TensorBoard;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs.Views;

/// <summary>
/// Writes what another view shows into an event file too: each step's losses and scores, the speed once a second,
/// samples and how good they are.
/// </summary>
/// <param name="view">The other view.</param>
/// <param name="events">The file; flushed once a second, closed by whoever opened it.</param>
internal sealed class TensorBoardView(ITrainingView view, EventFileWriter events) : ITrainingView
{
    private const int SampleColumns = 10;

    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);

    public void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train) => view.Show(steps, stepsPerEpoch, show =>
    {
        var means = new StepMeans();
        long flushedAt = Stopwatch.GetTimestamp();
        train(report =>
        {
            means.Add(report);
            events.WriteScalars(
                report.Step,
                ("loss/discriminator", report.DiscriminatorLoss),
                ("loss/generator", report.GeneratorLoss),
                ("score/real", report.RealScore),
                ("score/fake", report.FakeScore),
                ("loss/penalty", report.Penalty));
            if (Stopwatch.GetElapsedTime(flushedAt) > FlushEvery || report.Step == steps)
            {
                events.WriteScalars(report.Step, ("speed/images-per-second", means.ImagesPerSecond));
                events.Flush();
                means = new StepMeans();
                flushedAt = Stopwatch.GetTimestamp();
            }

            show(report);
        });
    });

    public void ShowSamples(long step, Tensor images)
    {
        events.WriteImage(step, "samples", ImageConversion.Grid(images, SampleColumns));
        events.Flush();
        view.ShowSamples(step, images);
    }

    public void ShowEvaluation(long step, EvaluationReport report)
    {
        events.WriteScalars(
            step,
            ("evaluation/frechet-distance", report.FrechetDistance),
            ("evaluation/precision", report.Precision),
            ("evaluation/recall", report.Recall));
        if (report.Classes is ClassFigures classes)
        {
            events.WriteScalars(
                step, ("evaluation/classifier-score", classes.Score), ("evaluation/confident-share", classes.ConfidentShare));
        }

        if (report.Classes?.LabelAccuracy is double accuracy)
        {
            events.WriteScalars(step, ("evaluation/label-accuracy", accuracy));
        }

        events.Flush();
        view.ShowEvaluation(step, report);
    }
}
