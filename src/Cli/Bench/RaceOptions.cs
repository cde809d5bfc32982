using System.CommandLine;
using System.Text.Json.Nodes;
using MiniGan.Cli.Common;

namespace MiniGan.Cli.Bench;

/// <summary>The options of <c>bench</c> by which engines race.</summary>
internal static class RaceOptions
{
    /// <summary>The engines.</summary>
    public static Option<string[]> Engines { get; } = MakeEngines();

    /// <summary>How often each is measured.</summary>
    public static Option<int?> Rounds { get; } =
        CommandLine.InRange("--rounds", "Of several engines: how often each is measured, in turn. [default: 3]", 1, 1000);

    /// <summary>The engines that were named, or this library's.</summary>
    public static IReadOnlyList<string> Rivals(ParseResult parsed) =>
        parsed.GetValue(Engines) is { Length: > 0 } given ? given : [BenchEngine.Managed];

    /// <summary>Has the engines race, and prints how they did.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="command">The command under <c>bench</c>.</param>
    /// <param name="settings">The options of each race.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <exception cref="UserException">An engine failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static int Run(ParseResult parsed, string command, IEnumerable<string[]> settings, CancellationToken cancelled)
    {
        var race = new Race(Rivals(parsed), parsed.GetValue(Rounds) ?? 3);
        foreach (string[] options in settings)
        {
            race.Run(["bench", command, .. options], cancelled);
        }

        if (parsed.Tokens.All(token => token.Value != "--json"))
        {
            race.Print();
            return CommandLine.Success;
        }

        foreach (JsonObject line in race.ToJson())
        {
            Console.WriteLine(line.ToJsonString());
        }

        return CommandLine.Success;
    }

    private static Option<string[]> MakeEngines()
    {
        var option = new Option<string[]>("--engine")
        {
            Description =
                "What computes: managed, torchsharp (as anyone writes it) or torchsharp-tuned (activations in place, no gradients of D " +
                "in G's step, idle threads that spin); several race, each in a process of its own. [default: managed]",
            HelpName = "ENGINE...",
            AllowMultipleArgumentsPerToken = true,
        };
        option.Validators.Add(result =>
        {
            string[] words = [.. result.Tokens.Select(token => token.Value)];
            if (words.FirstOrDefault(word => !BenchEngine.All.Contains(word)) is string unknown)
            {
                result.AddError($"--engine takes {string.Join(", ", BenchEngine.All)}, but not '{unknown}'");
            }
            else if (words.Distinct().Count() < words.Length)
            {
                result.AddError("--engine names an engine twice");
            }
        });
        return option;
    }
}
