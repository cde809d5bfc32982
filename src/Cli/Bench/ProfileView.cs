using System.Text.Json;
using Spectre.Console;

namespace MiniGan.Cli.Bench;

/// <summary>Where the time of a step goes, as a table or as JSON.</summary>
internal static class ProfileView
{
    /// <summary>Prints it.</summary>
    public static void Print(StepResult step, IReadOnlyList<(string Part, string Pass, double Seconds)> profile, bool json)
    {
        double total = profile.Sum(part => part.Seconds);
        if (json)
        {
            foreach ((string part, string pass, double seconds) in profile)
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new
                    {
                        width = step.Width,
                        batch = step.Batch,
                        threads = step.Threads,
                        part,
                        pass,
                        ms = Math.Round(seconds * 1e3, 4),
                        share = Math.Round(seconds / total, 4),
                    }));
            }

            return;
        }

        Console.WriteLine(
            $"Where the time of a step goes: width {step.Width}, batch {step.Batch}, {step.Threads} threads. Passes of " +
            "one module are added up. Each runs by itself here; in training some work in place, or together with the module behind them.");
        string[] passes = [.. ((string[])["forward", "dx", "dW", "double", "other"]).Intersect(profile.Select(part => part.Pass))];
        Table table = new Table { Border = TableBorder.Simple }.AddColumn("module");
        foreach (string pass in passes)
        {
            table.AddColumn(new TableColumn($"{pass}, ms").RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("of the step").RightAligned().NoWrap());
        foreach (IGrouping<string, (string Part, string Pass, double Seconds)> part in profile.GroupBy(item => item.Part)
            .OrderBy(group => "GD".IndexOf(group.Key[0], StringComparison.Ordinal) is >= 0 and var at ? at : 2))
        {
            table.AddRow([
                part.Key,
                .. passes.Select(pass => part.Where(item => item.Pass == pass).Sum(item => item.Seconds) is > 0 and var seconds
                    ? BenchCommand.Number(seconds * 1e3)
                    : ""),
                $"{part.Sum(item => item.Seconds) / total:P1}",
            ]);
        }

        AnsiConsole.Write(table);
    }
}
