using System.Globalization;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary>A line every twentieth of the run, for logs and pipes. A line shows means over the steps since the last one.</summary>
internal sealed class PlainView : ITrainingView
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
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {report.Step}/{steps}  epoch {(report.Step - 1) / stepsPerEpoch + 1}  {means}  {means.ImagesPerSecond:F0} images/s"));
                means = new StepMeans();
            }
        });
    }
}
