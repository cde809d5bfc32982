using System.Diagnostics;
using System.Globalization;
using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Runs.Logs;
using MiniGan.Tensors;
using MiniGan.Training;
using Spectre.Console;

namespace MiniGan.Runs.Views;

/// <summary>
/// A line every twentieth of the run, for logs and pipes. A line shows means over the steps since the last one, and the time that is left.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="console">Where the last samples go; null to show none, as in a log.</param>
internal sealed class PlainView(TextWriter output, IAnsiConsole? console = null) : ITrainingView
{
    private const int Lines = 20;

    private Tensor? newest;

    public void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train)
    {
        var means = new StepMeans();
        long start = 0, first = -1, shown = 0; // the first step was taken before: time counts from its end
        train(report =>
        {
            means.Add(report);
            if (first < 0)
            {
                (start, first) = (Stopwatch.GetTimestamp(), report.Step);
            }

            if (report.Step * Lines / steps > shown || report.Step == steps)
            {
                shown = report.Step * Lines / steps;
                string epoch = stepsPerEpoch == 0 ? "" : $"  epoch {(report.Step - 1) / stepsPerEpoch + 1}";
                string left = report.Step == first || report.Step == steps
                    ? ""
                    : $"  {Clock.Text(Clock.Left(Stopwatch.GetElapsedTime(start), first, report.Step, steps))} left";
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {report.Step}/{steps}{epoch}  {means}  {means.ImagesPerSecond:F0} images/s{left}"));
                means = new StepMeans();
            }
        });
        if (console is not null && newest is not null &&
            SamplePreview.Draw(newest, console.Profile.Width, console.Profile.Height) is Bitmap picture)
        {
            console.Write(SamplePreview.On(console, picture));
        }
    }

    public void ShowSamples(long step, Tensor images) =>
        newest = console is not null && SamplePreview.Works(console) ? SamplePreview.First(images, SamplePreview.Most) : null;

    public void ShowEvaluation(long step, EvaluationReport report) => output.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"step {step}  Fréchet distance {report.FrechetDistance:F2}") +
        (report.Classes is null ? "" : string.Create(CultureInfo.InvariantCulture, $"  classifier score {report.Classes.Score:F2}")) +
        string.Create(CultureInfo.InvariantCulture, $"  precision {report.Precision:F2}  recall {report.Recall:F2}"));
}
