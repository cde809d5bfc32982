using System.Globalization;
using System.Text.RegularExpressions;

namespace MiniGan.Runs.Logs;

/// <summary>
/// The names <c>step-000042</c> of what a run leaves after a step. Six digits are the fewest, not the most: they are
/// ordered by their number.
/// </summary>
internal static partial class StepName
{
    /// <summary>The step of a name without ending; null if it is none.</summary>
    public static long? StepOf(string name) =>
        Pattern().Match(name) is { Success: true } match ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    /// <summary>Whether a step is one of 1, 2, 5, 10, 20, 50, 100, …, after which there are samples whatever the epoch.</summary>
    public static bool IsMilestone(long step)
    {
        while (step > 0 && step % 10 == 0)
        {
            step /= 10;
        }

        return step is 1 or 2 or 5;
    }

    /// <summary>The files in a folder whose names are those of steps, by their step.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="ending">How they end, with the dot.</param>
    public static IEnumerable<(long Step, string Path)> FilesIn(string folder, string ending) => !Directory.Exists(folder) ? [] :
        from path in Directory.EnumerateFiles(folder, $"step-*{ending}")
        let step = path.EndsWith(ending, StringComparison.Ordinal) ? StepOf(Path.GetFileNameWithoutExtension(path)) : null
        where step is not null
        orderby step, path
        select (step.Value, path);

    [GeneratedRegex(@"\Astep-([0-9]{1,18})\z")]
    private static partial Regex Pattern();
}
