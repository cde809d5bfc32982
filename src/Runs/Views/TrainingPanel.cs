using System.Globalization;
using MiniGan.Evaluation;
using MiniGan.Runs.Logs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MiniGan.Runs.Views;

/// <summary>
/// How far a run is, in <see cref="Rows"/> lines of a terminal: a bar and the time, the step, the losses with a curve of each, and the last
/// evaluation, whose line is empty until there is one. No line is wider than it may be.
/// </summary>
/// <param name="steps">Steps to be taken.</param>
/// <param name="stepsPerEpoch">Steps of an epoch; 0 if there are none.</param>
internal sealed class TrainingPanel(long steps, int stepsPerEpoch) : Renderable
{
    /// <summary>Its lines.</summary>
    public const int Rows = 5;

    private const int CurveLength = 40;

    private static readonly Style Faint = new(Color.Grey), Bold = new(decoration: Decoration.Bold), DiscriminatorColor = new(Color.Orange1),
        GeneratorColor = new(Color.DeepSkyBlue1);

    private readonly Queue<double> discriminatorLosses = new(), generatorLosses = new();
    private StepMeans means = new();
    private long step;
    private TimeSpan elapsed, remaining;
    private (long Step, EvaluationReport Report)? evaluation;

    /// <summary>Takes new figures in: a point of each curve.</summary>
    /// <param name="now">Steps taken so far.</param>
    /// <param name="latest">Means over the latest of them.</param>
    /// <param name="spent">The time since the training began.</param>
    /// <param name="left">The time that it will still take.</param>
    public void Update(long now, StepMeans latest, TimeSpan spent, TimeSpan left)
    {
        (step, means, elapsed, remaining) = (now, latest, spent, left);
        Add(discriminatorLosses, latest.DiscriminatorLoss);
        Add(generatorLosses, latest.GeneratorLoss);
    }

    /// <summary>Takes an evaluation in.</summary>
    public void Update(long now, EvaluationReport report) => evaluation = (now, report);

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        List<Segment>[] lines =
        [
            Progress(maxWidth),
            Numbers(),
            Loss("D", discriminatorLosses, DiscriminatorColor, maxWidth),
            Loss("G", generatorLosses, GeneratorColor, maxWidth),
            evaluation is (long evaluated, EvaluationReport report) ? Evaluation(evaluated, report) : [],
        ];
        foreach (List<Segment> line in lines)
        {
            // Spaces to the end of the line, over what an older one may have left there.
            List<Segment> shown = Segment.Truncate(line, maxWidth);
            foreach (Segment segment in shown)
            {
                yield return segment;
            }

            yield return Segment.Padding(maxWidth - Segment.CellCount(shown));
            yield return Segment.LineBreak;
        }
    }

    private static void Add(Queue<double> curve, double value)
    {
        curve.Enqueue(value);
        if (curve.Count > CurveLength)
        {
            curve.Dequeue();
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private List<Segment> Progress(int width)
    {
        double share = (double)step / steps;
        string text = Invariant($" {Math.Floor(100 * share),3} %  {Clock.Text(elapsed)}");
        string left = step == 0 ? "" : step < steps ? $", {Clock.Text(remaining)} left" : "";
        int bar = Math.Max(0, width - text.Length - left.Length), done = (int)(bar * share);
        return [new(new string('━', done), GeneratorColor), new(new string('━', bar - done), Faint), new(text, Bold), new(left, Faint)];
    }

    private List<Segment> Numbers()
    {
        long EpochOf(long taken) => ((Math.Max(taken, 1) - 1) / stepsPerEpoch) + 1;
        string epoch = stepsPerEpoch == 0 ? "" : Invariant($"   epoch {EpochOf(step)} of {EpochOf(steps)}");
        return
        [
            new(Invariant($"step {step} of {steps}{epoch}")),
            new(
                means.Any
                    ? Invariant($"   {means.ImagesPerSecond:F0} images/s   D(x) {means.RealScore:F2}   D(G(z)) {means.FakeScore:F2}")
                    : ""),
        ];
    }

    private static List<Segment> Loss(string network, Queue<double> losses, Style color, int width) => losses.Count == 0
        ? [new($"loss {network}", Faint)]
        : [
            new($"loss {network}  "),
            new(Invariant($"{losses.Last(),6:F3}  "), Bold),
            new(Sparkline.Of([.. losses.TakeLast(width - 16)]), color),
            new(Invariant($"  {losses.Min():F2} to {losses.Max():F2}"), Faint),
        ];

    private static List<Segment> Evaluation(long evaluated, EvaluationReport report) =>
    [
        new(Invariant($"Fréchet distance {report.FrechetDistance:F2}")),
        new(report.Classes is null ? "" : Invariant($"   classifier score {report.Classes.Score:F2}")),
        new(Invariant($"   precision {report.Precision:F2}   recall {report.Recall:F2}")),
        new(Invariant($"   at step {evaluated}"), Faint),
    ];
}
