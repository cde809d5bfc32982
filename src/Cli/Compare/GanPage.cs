using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using MiniGan.Runs.Reports;
using MiniGan.TorchSharp.Comparing;
using MiniGan.Training;

namespace MiniGan.Cli.Compare;

/// <summary>The page of <c>compare --gan</c>: the losses of both engines and their differences over the steps, in one file.</summary>
internal static class GanPage
{
    private const double Width = 560, Height = 200, Left = 52, Right = 10, Top = 10, Bottom = 24;

    private static readonly string[] Dashes = ["", "6 3", "2 3", "8 3 2 3", "1 2", "10 4", "4 2 1 2"];

    /// <summary>The page.</summary>
    /// <param name="results">A recipe each.</param>
    /// <param name="torch">TorchSharp's version.</param>
    public static string Render(IReadOnlyList<GanResult> results, string torch) => OnePage.Fill(
        OnePage.Resource("compare/gan.html", Assembly.GetExecutingAssembly()), new Dictionary<string, string>
        {
            ["theme.css"] = OnePage.Resource("pages/theme.css"),
            ["summary"] = Encode(
                $"{results.Count(result => result.Passed)} of {results.Count} recipes agree with {torch}, {results[0].Steps.Count} steps " +
                "each."),
            ["recipes"] = string.Join('\n', results.Select(Section)),
        });

    private static string Section(GanResult result) => $"""
        <section class="panel">
        <h2>{Encode(result.Recipe.PresetName)} <span class="{(result.Passed ? "good\">agrees" : "bad\">fails")}</span></h2>
        <p>Width {result.Recipe.Width}, batch {result.Recipe.BatchSize}.
        The module farthest from its translation: {Encode($"{result.Farthest}")}.</p>
        <div class="charts">
        {Losses("Loss of D", result, report => report.DiscriminatorLoss)}
        {Losses("Loss of G", result, report => report.GeneratorLoss)}
        {Differences(result)}
        </div>
        </section>
        """;

    /// <summary>Both trajectories: the thin line lies on the thick one as long as they agree.</summary>
    private static string Losses(string title, GanResult result, Func<StepReport, double> loss)
    {
        double[] ours = [.. result.Steps.Select(step => loss(step.Managed))], theirs = [.. result.Alone.Select(loss)];
        return Figure(
            title, [("ours", "class=\"ours\"", ours), ("TorchSharp", "class=\"theirs\"", theirs)], Math.Min(ours.Min(), theirs.Min()),
            Math.Max(ours.Max(), theirs.Max()), value => value.ToString("0.###", CultureInfo.InvariantCulture));
    }

    /// <summary>The largest difference of each quantity after each step from the same state, by its power of ten.</summary>
    private static string Differences(GanResult result) => Figure(
        "Differences of a step from the same state, powers of ten",
        [.. result.Verdict.Select((verdict, i) => (
            verdict.Quantity, $"stroke-dasharray=\"{Dashes[i % Dashes.Length]}\"", result.Steps.Select(step =>
                Math.Log10(Math.Clamp(Of(step, verdict.Quantity), 1e-10, 100))).ToArray()))],
        -9, 1, value => value.ToString("0", CultureInfo.InvariantCulture));

    private static double Of(EngineStep step, string quantity)
    {
        double value = step.Differences.FirstOrDefault(difference => difference.Quantity == quantity).Value;
        return double.IsNaN(value) ? 100 : value;
    }

    private static string Figure(
        string title, (string Name, string Attributes, double[] Values)[] lines, double low, double high, Func<double, string> show)
    {
        high = high > low ? high : low + 1;
        var svg = new StringBuilder();
        double Y(double value) => Top + ((high - value) / (high - low) * (Height - Top - Bottom));
        for (int i = 0; i <= 4; i++)
        {
            double value = low + ((high - low) * i / 4);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):F1}\" y2=\"{Y(value):F1}\"/>");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{show(value)}</text>");
        }

        foreach ((_, string attributes, double[] values) in lines)
        {
            double step = (Width - Left - Right) / Math.Max(values.Length - 1, 1);
            string points = string.Join(' ', values.Select((value, i) => string.Create(
                CultureInfo.InvariantCulture, $"{Left + (step * i):F1},{Y(double.IsFinite(value) ? value : high):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline {attributes} points=\"{points}\"/>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{Height - 6}\">step 1</text>");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">step {lines[0].Values.Length}</text>");
        string legend = string.Concat(lines.Select(line =>
            $"<span><svg width=\"28\" height=\"10\"><polyline {line.Attributes} points=\"1,5 27,5\"/></svg> {Encode(line.Name)}</span>"));
        return $"<figure><figcaption><b>{Encode(title)}</b> {legend}</figcaption><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" " +
            $"aria-label=\"{Encode(title)}\">{svg}</svg></figure>";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
