using System.Diagnostics;
using System.Globalization;
using MiniGan.Training;
using Spectre.Console;

namespace MiniGan.Samples;

/// <summary>A progress bar with losses, speed and the time that remains, for a terminal.</summary>
internal sealed class LiveView : ITrainingView
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(0.5);

    public void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train) => AnsiConsole.Progress()
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            ProgressTask task = context.AddTask("starting", maxValue: steps);
            var means = new StepMeans();
            long shownAt = Stopwatch.GetTimestamp();
            train(report =>
            {
                task.Value = report.Step;
                means.Add(report);
                if (Stopwatch.GetElapsedTime(shownAt) > RefreshEvery || report.Step == steps)
                {
                    task.Description = Markup.Escape(string.Create(
                        CultureInfo.InvariantCulture,
                        $"epoch {(report.Step - 1) / stepsPerEpoch + 1}  {means}  {means.ImagesPerSecond:F0} img/s"));
                    means = new StepMeans();
                    shownAt = Stopwatch.GetTimestamp();
                }
            });
            task.StopTask();
        });
}
