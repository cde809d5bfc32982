namespace MiniGan.Cli.Common;

/// <summary>What somebody who mistyped a word may have meant.</summary>
internal static class NearestWord
{
    private const int LettersPerSlip = 3;

    /// <summary>
    /// The word that another one begins, or is the beginning of, or that is fewest letters away (Levenshtein 1966): at most one slip for
    /// every three letters. Null if none is near.
    /// </summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="words">What could have been.</param>
    public static string? Of(string typed, IEnumerable<string> words)
    {
        (string Word, int Slips)[] near =
        [
            .. from word in words
            let slips = IsBeginning(word, typed) ? 0 : Distance(typed, word)
            where slips <= Math.Min(word.Length, typed.Length) / LettersPerSlip
            orderby slips
            select (word, slips),
        ];
        return near.Length == 0 ? null : near[0].Word;
    }

    private static bool IsBeginning(string word, string typed) =>
        typed.Trim('-').Length > 0 &&
        (word.StartsWith(typed, StringComparison.Ordinal) || typed.StartsWith(word, StringComparison.Ordinal));

    /// <summary>Letters to insert, leave out or replace to come from one word to the other.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
