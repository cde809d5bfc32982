using System.Diagnostics;
using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Runs.Logs;
using MiniGan.Tensors;
using MiniGan.Training;
using Spectre.Console;

namespace MiniGan.Runs.Views;

/// <summary>A <see cref="TrainingPanel"/> that is drawn again and again in its place, with samples below it, for a terminal.</summary>
/// <remarks>Spectre's own live display never gets narrower: after a terminal did, its lines would wrap and pile up.</remarks>
/// <param name="console">The terminal.</param>
/// <param name="samples">Makes so many samples as they look now, between two steps; null to show none.</param>
internal sealed class LiveView(IAnsiConsole console, Func<int, Tensor>? samples) : ITrainingView
{
    /// <summary>Making and drawing samples between the steps takes at most this share of the time.</summary>
    private const double SamplesShare = 0.01;

    private static readonly TimeSpan DrawEvery = TimeSpan.FromSeconds(0.5), SampleEvery = TimeSpan.FromSeconds(2);

    private readonly bool preview = samples is not null && SamplePreview.Works(console);
    private TrainingPanel panel = new(1, 1);
    private Tensor? newest, drawn;
    private (int Width, int Height) size;
    private int pictureRows;

    /// <summary>
    /// A live view where the program's console is a terminal that can show it, else lines; on a terminal on which nothing can be drawn
    /// again, with the last samples below them.
    /// </summary>
    /// <param name="samples">As for a live view.</param>
    /// <param name="output">Where the lines go.</param>
    public static ITrainingView OrPlain(Func<int, Tensor>? samples, TextWriter output) =>
        Works(AnsiConsole.Console) ? new LiveView(AnsiConsole.Console, samples)
        : new PlainView(output, samples is not null && !Console.IsOutputRedirected ? AnsiConsole.Console : null);

    /// <summary>Whether a console is a terminal on which the panel can be drawn in its place.</summary>
    public static bool Works(IAnsiConsole console) =>
        console.Profile.Capabilities is { Interactive: true, Ansi: true } &&
        !Console.IsOutputRedirected &&
        console.Profile.Height > TrainingPanel.Rows;

    public void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train)
    {
        panel = new TrainingPanel(steps, stepsPerEpoch);
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

    public void ShowSamples(long step, Tensor images) => newest = preview ? SamplePreview.First(images, SamplePreview.Most) : null;

    public void ShowEvaluation(long step, EvaluationReport report) => panel.Update(step, report);

    private void Follow(long steps, Action<Action<StepReport>> train)
    {
        var means = new StepMeans();
        long start = Stopwatch.GetTimestamp(), drawnAt = start, sampledAt = start, first = -1;
        TimeSpan sampleAfter = SampleEvery;
        train(report =>
        {
            means.Add(report);
            first = first < 0 ? report.Step - 1 : first;
            if (Stopwatch.GetElapsedTime(drawnAt) < DrawEvery && report.Step < steps)
            {
                return;
            }

            long now = Stopwatch.GetTimestamp();
            bool sample = preview && Stopwatch.GetElapsedTime(sampledAt, now) > sampleAfter && report.Step < steps;
            if (sample)
            {
                newest = samples!(SamplePreview.Most);
            }

            TimeSpan elapsed = Stopwatch.GetElapsedTime(start, now);
            panel.Update(report.Step, means, elapsed, Clock.Left(elapsed, first, report.Step, steps));
            Draw();
            means = new StepMeans();
            drawnAt = Stopwatch.GetTimestamp();
            if (sample)
            {
                sampledAt = drawnAt;
                TimeSpan longEnough = Stopwatch.GetElapsedTime(now, drawnAt) / SamplesShare;
                sampleAfter = longEnough > SampleEvery ? longEnough : SampleEvery;
            }
        });
    }

    /// <summary>Draws the panel over itself, and samples below it if they are not those that stand there.</summary>
    private void Draw()
    {
        (int Width, int Height) now = (console.Profile.Width, console.Profile.Height);
        bool anew = now != size;
        if (size != default)
        {
            // What was drawn on a terminal of another size has been wrapped: nobody knows where it is.
            console.Write(new ControlCode(anew ? "\e[2J\e[H" : $"\r\e[{TrainingPanel.Rows + pictureRows}A"));
        }

        console.Write(panel);
        if (anew || newest != drawn)
        {
            // The cursor needs a row of its own below.
            Bitmap? picture = newest is null ? null : SamplePreview.Draw(newest, now.Width, now.Height - TrainingPanel.Rows - 1);
            pictureRows = 0;
            if (picture is not null)
            {
                console.Write(SamplePreview.On(console, picture));
                pictureRows = (picture.Height + 1) / 2;
            }
        }
        else
        {
            console.Cursor.MoveDown(pictureRows);
        }

        (size, drawn) = (now, newest);
    }
}
