using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using Spectre.Console;

namespace MiniGan.Cli.Evaluate;

/// <summary>The figures as tables.</summary>
internal static class EvaluationView
{
    private const string Accurate = "accuracy";

    private const double BarsPerShare = 200;

    private const int LongestBar = 60, ShortestBar = 10, BesideBars = 34, MostClasses = 40;

    /// <summary>Prints all.</summary>
    public static void Print(EvaluationResult result)
    {
        (EvaluationReport samples, EvaluationReport real) = (result.Samples, result.Baseline);
        CommandLine.PrintWrapped(string.Create(CultureInfo.InvariantCulture, $"Samples:   {samples.Count:N0} {result.Name}"));
        CommandLine.PrintWrapped(
            string.Create(CultureInfo.InvariantCulture, $"Real:      {real.Count:N0} {result.Data.BaselineName}, the baseline"));
        CommandLine.PrintWrapped(string.Create(
            CultureInfo.InvariantCulture,
            $"Against:   {result.Data.Reference.Count:N0} {result.Data.ReferenceName}") +
            (result.ReferenceAccuracy is double accuracy
                ? string.Create(CultureInfo.InvariantCulture, $", of which the classifier gets {100 * accuracy:F2} % right")
                : ""));
        if (result.Yardstick.Reason is string reason)
        {
            CommandLine.Print($"Features:  {result.Yardstick.Space.FeatureCount} random ones, {reason}.");
        }

        Table table = NewTable("figure", "samples", "real").AddColumn("what is good");
        void Row(string name, Func<EvaluationReport, string> cell, string remark) =>
            table.AddRow(new Text(name), new Text(cell(samples)), new Text(cell(real)), new Text(remark));
        Row(
            "Fréchet distance", report => Number(report.FrechetDistance),
            $"low; here {Ratio(samples.FrechetDistance, real.FrechetDistance)} the real ones'");
        if (samples.Classes is ClassFigures made)
        {
            Row("classifier score", report => Number(report.Classes!.Score), $"high, up to {made.Shares.Count}: clear and various");
            Row("more than 90 % sure", report => Share(report.Classes!.ConfidentShare), "as the real ones'");
            if ((made.LabelAccuracy ?? real.Classes?.LabelAccuracy) is not null)
            {
                Row("label accuracy", report => Share(report.Classes!.LabelAccuracy), "high: they show what their labels ask for");
            }
        }

        Row("precision", report => Share(report.Precision), "high: samples look real");
        Row("recall", report => Share(report.Recall), "high: all kinds of real ones are made");
        AnsiConsole.Write(table);
        if (result.Yardstick.Space is ImageClassifier classifier)
        {
            PrintClasses(classifier.Labels, result.Data.Training.LabelNames, samples.Classes!, real.Classes!.Shares);
        }

        if (result.Neighbours is NeighbourDistances neighbours)
        {
            string baseline = neighbours.Real is double distance
                ? $" (test images: {Number(distance)}; much less would be memorising)"
                : "";
            CommandLine.PrintWrapped(
                $"A sample's nearest training image is {Number(neighbours.Samples)} away on average, " +
                $"{(neighbours.Kind == NeighbourKind.Pixels ? "pixel by pixel" : "in these features")}{baseline}. " +
                $"Look at {neighbours.Path}");
        }
    }

    private static void PrintClasses(LabelSet labels, IReadOnlyList<string> names, ClassFigures figures, IReadOnlyList<double> real)
    {
        IReadOnlyList<double> samples = figures.Shares;
        bool isLabelled = figures.LabelAccuracy is not null;
        if (labels.Count > MostClasses)
        {
            CommandLine.PrintWrapped(
                $"Of {labels.Count} classes the samples are of {samples.Count(share => share > 0)}, the real ones of " +
                $"{real.Count(share => share > 0)}.");
            return;
        }

        Table table = NewTable("class", ["samples", "real", .. isLabelled ? [Accurate] : Array.Empty<string>()])
            .AddColumn("samples █, real │");
        int beside = BesideBars + (isLabelled ? Accurate.Length + 2 : 0),
            longest = Math.Clamp(AnsiConsole.Profile.Width - beside, ShortestBar, LongestBar);
        double scale = Math.Min(BarsPerShare, longest / Math.Max(samples.Max(), real.Max()));
        for (int i = 0; i < labels.Count; i++)
        {
            string name = names.ElementAtOrDefault(labels[i]) is { Length: > 0 } given ? Printable.Name(given) : $"{labels[i]}";
            string[] cells =
            [
                name, Share(samples[i]), Share(real[i]), .. isLabelled ? [Share(figures.LabelAccuracies[i])] : Array.Empty<string>(),
                Bar(scale * samples[i], scale * real[i]),
            ];
            table.AddRow(cells.Select(cell => new Text(cell)));
        }

        AnsiConsole.Write(table);
    }

    private static Table NewTable(string first, params string[] numbers)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn(first);
        foreach (string number in numbers)
        {
            table.AddColumn(new TableColumn(number).RightAligned().NoWrap());
        }

        return table;
    }

    /// <summary>A bar of that length, with a mark where another ends.</summary>
    private static string Bar(double length, double mark)
    {
        int end = (int)Math.Round(mark);
        char[] bar = [.. new string('█', (int)Math.Round(length)).PadRight(end + 1)];
        bar[end] = '│';
        return new string(bar);
    }

    private static string Ratio(double value, double baseline) =>
        baseline > 0 ? string.Create(CultureInfo.InvariantCulture, $"{value / baseline:G3} times") : "far from";

    private static string Number(double value) => value.ToString(value < 100 ? "F2" : "F1", CultureInfo.InvariantCulture);

    private static string Share(double? value) =>
        value is double share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %") : "-";
}
