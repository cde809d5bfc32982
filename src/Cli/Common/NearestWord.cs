namespace MiniGan.Cli.Common;

/// <summary>What somebody who mistyped a word may have meant.</summary>
internal static class NearestWord
{
    private const int LettersPerSlip = 3;

    /// <summary>
    /// The word that another one begins, or is the beginning of, or that is fewest letters away (Damerau 1964): at most one slip for
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

    /// <summary>Letters to insert, leave out, replace or exchange with the next to come from one word to the other.</summary>
    private static int Distance(string from, string to)
    {
        int[,] slips = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                slips[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    slips[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1), 1 + Math.Min(slips[i - 1, j], slips[i, j - 1]));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    slips[i, j] = Math.Min(slips[i, j], slips[i - 2, j - 2] + 1);
                }
            }
        }

        return slips[from.Length, to.Length];
    }
}
