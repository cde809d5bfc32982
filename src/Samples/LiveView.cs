using System.Diagnostics;
using MiniGan.Evaluation;
using MiniGan.Tensors;
using MiniGan.Training;
using Spectre.Console;

namespace MiniGan.Samples;

/// <summary>A <see cref="TrainingPanel"/> that is drawn again and again in its place, for a terminal.</summary>
/// <remarks>Spectre's own live display never gets narrower: after a terminal did, its lines would wrap and pile up.</remarks>
/// <param name="console">The terminal.</param>
/// <param name="samples">Makes so many samples as they look now, between two steps; null to show none.</param>
internal sealed class LiveView(IAnsiConsole console, Func<int, Tensor>? samples) : ITrainingView
{
    /// <summary>Samples take at most this share of the time.</summary>
    private const double SamplesShare = 0.01;

    private static readonly TimeSpan DrawEvery = TimeSpan.FromSeconds(0.5), SampleEvery = TimeSpan.FromSeconds(2);

    private readonly bool preview = samples is not null && console.Profile.Capabilities is { ColorSystem: ColorSystem.TrueColor, Unicode: true };
    private TrainingPanel panel = new(1, 1);
    private Tensor? newest;
    private (int Width, int Height) size;

    /// <summary>Whether a console is a terminal on which the panel can be drawn in its place.</summary>
    public static bool Works(IAnsiConsole console) =>
        console.Profile.Capabilities is { Interactive: true, Ansi: true } && !Console.IsOutputRedirected;

    public void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train)
    {
        panel = new TrainingPanel(steps, stepsPerEpoch) { Samples = newest };
        console.Cursor.Hide();
        try
        {
            Draw();
            Follow(steps, train);
            Draw();
        }
        finally
        {
            console.Cursor.Show();
        }
    }

    public void ShowSamples(long step, Tensor images) => panel.Samples = newest = preview ? SamplePreview.First(images, SamplePreview.Most) : null;

    public void ShowEvaluation(long step, EvaluationReport report) => panel.Update(step, report);

    private void Follow(long steps, Action<Action<StepReport>> train)
    {
        var means = new StepMeans();
        long start = Stopwatch.GetTimestamp(), drawn = start, sampled = start, first = -1;
        TimeSpan wait = SampleEvery;
        train(report =>
        {
            means.Add(report);
            first = first < 0 ? report.Step - 1 : first;
            if (Stopwatch.GetElapsedTime(drawn) < DrawEvery && report.Step < steps)
            {
                return;
            }

            if (preview && Stopwatch.GetElapsedTime(sampled) > wait && report.Step < steps)
            {
                long before = Stopwatch.GetTimestamp();
                panel.Samples = samples!(SamplePreview.Most);
                sampled = Stopwatch.GetTimestamp();
                TimeSpan longEnough = Stopwatch.GetElapsedTime(before, sampled) / SamplesShare;
                wait = longEnough > SampleEvery ? longEnough : SampleEvery;
            }

            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            panel.Update(report.Step, means, elapsed, elapsed * ((double)(steps - report.Step) / (report.Step - first)));
            Draw();
            means = new StepMeans();
            drawn = Stopwatch.GetTimestamp();
        });
    }

    private void Draw()
    {
        (int Width, int Height) now = (console.Profile.Width, console.Profile.Height);
        if (panel.Rows > 0)
        {
            // What was drawn on a terminal of another size has been wrapped: nobody knows where it is.
            console.Write(new ControlCode(now == size ? $"\r\e[{panel.Rows}A" : "\e[2J\e[H"));
        }

        size = now;
        panel.Height = Math.Max(1, now.Height - 1); // the cursor stands on the row below
        console.Write(panel);
    }
}
