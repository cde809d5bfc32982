using System.Globalization;

namespace MiniGan.ImageSharp;

/// <summary>Labels from the folders that pictures are in.</summary>
/// <param name="Labels">A label per picture; null if they have none.</param>
/// <param name="Names">The names of the labels 0, 1, 2, …; null if they are numbers by themselves, or there are none.</param>
internal sealed record PictureLabels(int[]? Labels, string[]? Names)
{
    /// <summary>
    /// The folders right below the one that all pictures have in common. If all of them are different numbers, those are the labels;
    /// otherwise their places in ordinal order are. Pictures that are in one folder, or some of them beside the folders, have none.
    /// </summary>
    /// <param name="names">Paths with slashes, one per picture.</param>
    public static PictureLabels Of(IReadOnlyList<string> names)
    {
        string[][] folders = [.. names.Select(name => name.Split('/')[..^1])];
        int depth = 0;
        while (folders.Length > 0 && folders.All(path => path.Length > depth && path[depth] == folders[0][depth]))
        {
            depth++;
        }

        if (folders.Length == 0 || folders.Any(path => path.Length == depth))
        {
            return new(null, null);
        }

        string[] kinds = [.. folders.Select(path => path[depth]).Distinct().Order(StringComparer.Ordinal)];
        int[] numbers = [.. kinds.Select(kind =>
            int.TryParse(kind, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        bool areNumbers = !numbers.Contains(-1) && numbers.Distinct().Count() == numbers.Length;
        return new(
            [
                .. folders.Select(path => Array.BinarySearch(kinds, path[depth], StringComparer.Ordinal))
                    .Select(i => areNumbers ? numbers[i] : i),
            ],
            areNumbers ? null : kinds);
    }
}
