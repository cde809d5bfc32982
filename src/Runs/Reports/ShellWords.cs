using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MiniGan.Runs.Reports;

/// <summary>Words as a POSIX shell takes them.</summary>
internal static partial class ShellWords
{
    /// <summary>What runs the program, from the folder of its sources.</summary>
    public const string Program = "dotnet run -c Release --project src/Cli --";

    /// <summary>The command line of a run's <c>command</c>, to be pasted; null if it is no array of words.</summary>
    public static string? Join(JsonNode? words) =>
        words is JsonArray { Count: > 0 } array && array.All(word => word is JsonValue value && value.TryGetValue(out string? _))
            ? string.Join(' ', array.Select(word => Quote((string)word!)).Prepend(Program))
            : null;

    /// <summary>A word as a shell takes it: in quotes if it needs them.</summary>
    public static string Quote(string word) => Plain().IsMatch(word) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\A[A-Za-z0-9_@%+=:,./-]+\z")]
    private static partial Regex Plain();
}
