using System.Globalization;
using MiniGan.TorchSharp.Comparing;
using Spectre.Console;

namespace MiniGan.Cli.Compare;

/// <summary>What <c>compare --gan</c> prints.</summary>
internal static class GanReport
{
    /// <summary>A table of a recipe: the largest difference of each quantity, by step, and the verdict.</summary>
    public static void Print(GanResult result)
    {
        EngineStep[] shown = [.. result.Steps.Where((step, i) =>
            step.Managed.Step is 1 or 2 or 5 or 10 || i == result.Steps.Count - 1)];
        Table table = new() { Border = TableBorder.Simple };
        table.Title = new TableTitle(string.Create(
            CultureInfo.InvariantCulture, $"{result.Recipe.PresetName}, width {result.Recipe.Width}, batch {result.Recipe.BatchSize}"));
        table.AddColumn("relative difference");
        string[] titles =
            [.. shown.Select(step => $"step {step.Managed.Step}"), "median", "ours, float64", "TorchSharp, float64", "tolerance"];
        foreach (string title in titles)
        {
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("verdict").NoWrap());
        foreach (EngineDifference verdict in result.Verdict)
        {
            EngineDifference? At(EngineStep step) =>
                step.Differences.Select(item => (EngineDifference?)item).FirstOrDefault(item => item?.Quantity == verdict.Quantity);
            table.AddRow([
                verdict.Quantity, .. shown.Select(step => At(step) is { } at ? Number(at.Value) : ""), Number(verdict.Value),
                Number(verdict.Managed), Number(verdict.TorchSharp), Number(verdict.Tolerance),
                verdict.Passed ? "[green]agrees[/]" : $"[red]FAILS[/] {NearerOf(verdict)}",
            ]);
        }

        AnsiConsole.Write(table);
        ModuleDifference[] wrong = [.. result.Modules.Where(module => !module.Passed)];
        foreach (ModuleDifference module in wrong)
        {
            Console.WriteLine($"FAILS  {module}: its derivative or value is not that of TorchSharp in float64.");
        }

        foreach (EngineDifference verdict in result.Verdict.Where(verdict => !verdict.Passed))
        {
            Console.WriteLine($"FAILS  {verdict}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Modules.Count - wrong.Length} of {result.Modules.Count} modules agree by themselves, y and first and second " +
            $"derivatives; the farthest: {result.Farthest}."));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"After {result.Steps.Count} steps, each engine on its own: loss D {result.Steps[^1].Managed.DiscriminatorLoss:F5} and " +
            $"{result.Alone[^1].DiscriminatorLoss:F5}, loss G {result.Steps[^1].Managed.GeneratorLoss:F5} and " +
            $"{result.Alone[^1].GeneratorLoss:F5} (TorchSharp)."));
        Console.WriteLine();
    }

    /// <summary>Who is nearer to float64.</summary>
    private static string NearerOf(EngineDifference verdict) =>
        verdict.Managed < verdict.TorchSharp ? "(ours is nearer)" : "(TorchSharp is nearer)";

    private static string Number(double value) => value.ToString("0.0E+00", CultureInfo.InvariantCulture);
}
