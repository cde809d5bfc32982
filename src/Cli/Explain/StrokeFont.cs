using System.Globalization;

namespace MiniGan.Cli.Explain;

/// <summary>
/// Digits, the signs of numbers and the few letters that name things, as strokes of a round pen, in the manner of the page's letters. A
/// capital is 12 units high and stands on y = 12.
/// </summary>
internal static class StrokeFont
{
    /// <summary>The height of a digit.</summary>
    public const double Height = 12;

    /// <summary>The width of the pen.</summary>
    public const double Pen = 1.55;

    private const double Between = 2.7;

    private const int CurveParts = 8;

    // A path a letter: M moves, L draws a line, Q a quadratic Bézier curve by its control point and its end.
    private static readonly Dictionary<char, Glyph> Glyphs = new Dictionary<char, (double Width, string Path)>
    {
        ['0'] = (8, "M4 0 Q8 0 8 6 Q8 12 4 12 Q0 12 0 6 Q0 0 4 0"),
        ['1'] = (8, "M1.8 2.4 L4.8 0 L4.8 12"),
        ['2'] = (8, "M0.3 3 Q0.3 0 4 0 Q7.7 0 7.7 3.2 Q7.7 5 5.5 7 L0.2 12 L8 12"),
        ['3'] = (8, "M0.3 1.5 Q1.5 0 4 0 Q7.3 0 7.3 2.9 Q7.3 5.6 3.2 5.6 M3.2 5.6 Q8 5.6 8 8.8 Q8 12 4 12 Q1 12 0 10.2"),
        ['4'] = (8, "M6.2 12 L6.2 0 L0 8.5 L8.4 8.5"),
        ['5'] = (8, "M7.3 0 L1.3 0 L0.8 5.6 Q2 4.4 4 4.4 Q8 4.4 8 8.1 Q8 12 3.8 12 Q1.2 12 0 10.4"),
        ['6'] = (8, "M7.2 1.2 Q6 0 4.4 0 Q0.2 0 0.2 7 Q0.2 12 4.1 12 Q8 12 8 8.3 Q8 4.8 4.2 4.8 Q1 4.8 0.3 7.6"),
        ['7'] = (8, "M0 0 L8 0 L3.2 12"),
        ['8'] = (8, "M4 5.6 Q0.7 5.6 0.7 2.8 Q0.7 0 4 0 Q7.3 0 7.3 2.8 Q7.3 5.6 4 5.6 Q0 5.6 0 8.8 Q0 12 4 12 Q8 12 8 8.8 Q8 5.6 4 5.6"),
        ['9'] = (8, "M0.8 10.8 Q2 12 3.6 12 Q7.8 12 7.8 5 Q7.8 0 3.9 0 Q0 0 0 3.7 Q0 7.2 3.8 7.2 Q7 7.2 7.7 4.4"),
        ['-'] = (6, "M0.5 7 L5.5 7"),
        ['+'] = (8, "M0.5 7 L7.5 7 M4 3.5 L4 10.5"),
        ['.'] = (1.5, "M0.7 11.7 L0.7 12"),
        ['='] = (8, "M0.5 5 L7.5 5 M0.5 9 L7.5 9"),
        ['·'] = (2, "M1 7 L1 7.2"),
        ['×'] = (6.5, "M0.5 4.2 L6 9.7 M6 4.2 L0.5 9.7"),
        ['x'] = (7, "M0.3 4 L6.7 12 M6.7 4 L0.3 12"),
        ['y'] = (7, "M0 4 L3.6 12 M7 4 L3.6 12 Q2.6 15.4 0.6 15.2"),
        ['w'] = (10, "M0 4 L2.5 12 L5 4.8 L7.5 12 L10 4"),
        ['C'] = (8.6, "M8.6 2 Q7.2 0 4.8 0 Q0 0 0 6 Q0 12 4.8 12 Q7.2 12 8.6 10"),
        ['ᵀ'] = (5.4, "M0 -0.6 L5.4 -0.6 M2.7 -0.6 L2.7 5.6"),
        ['E'] = (7, "M7 0 L0 0 L0 12 L7 12 M0 5.8 L6 5.8"),
        ['['] = (2.6, "M2.6 -1.5 L0 -1.5 L0 14 L2.6 14"),
        [']'] = (2.6, "M0 -1.5 L2.6 -1.5 L2.6 14 L0 14"),
        [','] = (2, "M1.4 11 L0.6 14"),
        [' '] = (3, ""),
    }.ToDictionary(item => item.Key, item => new Glyph(item.Value.Width, Flatten(item.Value.Path)));

    /// <summary>A straight piece of a stroke.</summary>
    public readonly record struct Segment(double X0, double Y0, double X1, double Y1);

    private sealed record Glyph(double Width, Segment[] Segments);

    /// <summary>How wide text is, in units.</summary>
    public static double WidthOf(string text) =>
        text.Length == 0 ? 0 : text.Sum(letter => Of(letter).Width + Between) - Between;

    /// <summary>The strokes of text that begins at x = 0.</summary>
    /// <exception cref="ArgumentException">There is no shape for a letter.</exception>
    public static IEnumerable<Segment> Strokes(string text)
    {
        double x = 0;
        foreach (char letter in text)
        {
            Glyph glyph = Of(letter);
            foreach (Segment s in glyph.Segments)
            {
                yield return new(s.X0 + x, s.Y0, s.X1 + x, s.Y1);
            }

            x += glyph.Width + Between;
        }
    }

    private static Glyph Of(char letter) => Glyphs.TryGetValue(letter, out Glyph? glyph)
        ? glyph
        : throw new ArgumentException($"There is no shape for '{letter}'.", nameof(letter));

    private static Segment[] Flatten(string path)
    {
        var segments = new List<Segment>();
        (double x, double y) = (0, 0);
        string[] words = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length;)
        {
            char kind = words[i][0];
            double[] numbers = [.. words.Skip(i).Take(kind == 'Q' ? 4 : 2).Select((word, n) =>
                double.Parse(n == 0 ? word[1..] : word, CultureInfo.InvariantCulture))];
            i += numbers.Length;
            (double endX, double endY) = (numbers[^2], numbers[^1]);
            int parts = kind switch { 'M' => 0, 'L' => 1, _ => CurveParts };
            (double startX, double startY) = (x, y);
            for (int part = 1; part <= parts; part++)
            {
                double t = (double)part / parts, u = 1 - t;
                double nextX = kind == 'L' ? endX : (u * u * startX) + (2 * u * t * numbers[0]) + (t * t * endX);
                double nextY = kind == 'L' ? endY : (u * u * startY) + (2 * u * t * numbers[1]) + (t * t * endY);
                segments.Add(new(x, y, nextX, nextY));
                (x, y) = (nextX, nextY);
            }

            (x, y) = (endX, endY);
        }

        return [.. segments];
    }
}
