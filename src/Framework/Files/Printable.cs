using System.Globalization;
using System.Text;

namespace MiniGan.Files;

/// <summary>
/// Text that came from a file or a user, made fit to be shown: whatever a terminal would obey or hide (control and format characters, among
/// them escape sequences and those that turn the direction of writing, line separators, lone surrogates) becomes <c>\u001b</c> and the
/// like, and what is too long loses its middle.
/// </summary>
public static class Printable
{
    /// <summary>The most characters of a name.</summary>
    public const int LongestName = 60;

    /// <summary>The most characters of a path.</summary>
    public const int LongestPath = 200;

    /// <summary>The most characters of a message: half of a terminal of 80 × 24.</summary>
    public const int LongestMessage = 960;

    /// <summary>A name of something within a file: escaped, at most <see cref="LongestName"/> characters.</summary>
    /// <param name="name">The name; null as "".</param>
    public static string Name(string? name) => Shorten(name, LongestName);

    /// <summary>A path: escaped, at most <see cref="LongestPath"/> characters.</summary>
    /// <param name="path">The path; null as "".</param>
    public static string Path(string? path) => Shorten(path, LongestPath);

    /// <summary>A message: escaped, in one line, at most <see cref="LongestMessage"/> characters.</summary>
    /// <param name="message">The message; null as "".</param>
    public static string Message(string? message) => Shorten(message?.ReplaceLineEndings(" "), LongestMessage);

    /// <summary>A text of any length: escaped, line feeds and all.</summary>
    /// <param name="text">The text; null as "".</param>
    public static string Text(string? text)
    {
        text ??= "";
        StringBuilder? escaped = null;
        for (int at = 0, length; at < text.Length; at += length)
        {
            bool whole = Rune.TryGetRuneAt(text, at, out Rune rune);
            length = whole ? rune.Utf16SequenceLength : 1;
            bool shown = whole && Rune.GetUnicodeCategory(rune) is not
                (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            if (!shown)
            {
                escaped ??= new StringBuilder(text, 0, at, text.Length + 16);
            }

            for (int i = at; escaped is not null && i < at + length; i++)
            {
                _ = shown ? escaped.Append(text[i]) : escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
        }

        return escaped?.ToString() ?? text;
    }

    private static string Shorten(string? text, int longest)
    {
        // The middle of what is far too long is not even escaped.
        string shown = Text(text is { } given && given.Length > 2 * longest ? given[..longest] + given[^longest..] : text);
        if (shown.Length <= longest)
        {
            return shown;
        }

        // The end tells more than the middle: of a path the file, of a message what to do. Halves of a character are left out.
        int head = longest / 2, tail = shown.Length - (longest - head - 1);
        head -= char.IsHighSurrogate(shown[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(shown[tail]) ? 1 : 0;
        return $"{shown[..head]}…{shown[tail..]}";
    }
}
