using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Evaluation;
using Spectre.Console;

namespace MiniGan.Cli.Evaluate;

/// <summary>The figures as tables.</summary>
internal static class EvaluationView
{
    private const double BarsPerShare = 200;

    /// <summary>Prints all.</summary>
    public static void Print(EvaluationResult result)
    {
        (EvaluationReport samples, EvaluationReport real) = (result.Samples, result.Baseline);
        CommandLine.Print(string.Create(CultureInfo.InvariantCulture, $"Samples:   {samples.Count:N0} {result.Source.Name}"));
        CommandLine.Print(
            string.Create(CultureInfo.InvariantCulture, $"Real:      {real.Count:N0} {result.Data.BaselineName}, the baseline"));
        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"Against:   {result.Data.Reference.Count:N0} {result.Data.ReferenceName}, of which the classifier gets " +
            $"{100 * result.ReferenceAccuracy:F2} % right"));

        Table table = NewTable("figure", "samples", "real").AddColumn("what is good");
        Row(
            table, "Fréchet distance", samples, real, report => Number(report.FrechetDistance),
            $"low; here {Ratio(samples.FrechetDistance, real.FrechetDistance)} the real ones'");
        Row(table, "classifier score", samples, real, report => Number(report.ClassifierScore), "high, up to 10: clear and various");
        Row(table, "more than 90 % sure", samples, real, report => Share(report.ConfidentShare), "as the real ones'");
        Row(table, "precision", samples, real, report => Share(report.Precision), "high: samples look real");
        Row(table, "recall", samples, real, report => Share(report.Recall), "high: all kinds of real ones are made");
        AnsiConsole.Write(table);

        table = NewTable("class", "samples", "real").AddColumn("samples █, real │");
        for (int digit = 0; digit < samples.ClassShares.Count; digit++)
        {
            int of = digit;
            Row(
                table, $"{digit}", samples, real, report => Share(report.ClassShares[of]),
                Bar(samples.ClassShares[digit], real.ClassShares[digit]));
        }

        AnsiConsole.Write(table);
        if (result.Neighbours is NeighbourDistances neighbours)
        {
            string baseline = neighbours.Real is double distance
                ? $" (test images: {Number(distance)}; much less would be memorising)"
                : "";
            CommandLine.Print(
                $"A sample's nearest training image is {Number(neighbours.Samples)} away on average, pixel by pixel{baseline}. " +
                $"Look at {neighbours.Path}");
        }
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

    private static void Row(
        Table table, string name, EvaluationReport samples, EvaluationReport real, Func<EvaluationReport, string> cell, string remark) =>
        table.AddRow(new Text(name), new Text(cell(samples)), new Text(cell(real)), new Text(remark));

    /// <summary>A bar as long as the first share, with a mark where the second one ends.</summary>
    private static string Bar(double share, double mark)
    {
        int length = (int)Math.Round(share * BarsPerShare), at = (int)Math.Round(mark * BarsPerShare);
        char[] bar = [.. new string('█', length).PadRight(at + 1)];
        bar[at] = '│';
        return new string(bar);
    }

    private static string Ratio(double value, double baseline) =>
        baseline > 0 ? string.Create(CultureInfo.InvariantCulture, $"{value / baseline:G3} times") : "far from";

    private static string Number(double value) => value.ToString(value < 100 ? "F2" : "F1", CultureInfo.InvariantCulture);

    private static string Share(double value) => string.Create(CultureInfo.InvariantCulture, $"{100 * value:F1} %");
}
