using System.Globalization;
using MiniGan.Evaluation;
using MiniGan.Runs.Logs;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs.Views;

/// <summary>A line every twentieth of the run, for logs and pipes. A line shows means over the steps since the last one.</summary>
/// <param name="output">Where to.</param>
internal sealed class PlainView(TextWriter output) : ITrainingView
{
    private const int Lines = 20;

    public void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train)
    {
        var means = new StepMeans();
        long shown = 0;
        train(report =>
        {
            means.Add(report);
            if (report.Step * Lines / steps > shown || report.Step == steps)
            {
                shown = report.Step * Lines / steps;
                string epoch = stepsPerEpoch == 0 ? "" : $"  epoch {(report.Step - 1) / stepsPerEpoch + 1}";
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {report.Step}/{steps}{epoch}  {means}  {means.ImagesPerSecond:F0} images/s"));
                means = new StepMeans();
            }
        });
    }

    public void ShowSamples(long step, Tensor images)
    {
        // A log has no pictures: they are in the folder.
    }

    public void ShowEvaluation(long step, EvaluationReport report) => output.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"step {step}  Fréchet distance {report.FrechetDistance:F2}") +
        (report.Classes is null ? "" : string.Create(CultureInfo.InvariantCulture, $"  classifier score {report.Classes.Score:F2}")) +
        string.Create(CultureInfo.InvariantCulture, $"  precision {report.Precision:F2}  recall {report.Recall:F2}"));
}
