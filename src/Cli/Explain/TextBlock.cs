using Spectre.Console;
using Spectre.Console.Rendering;

namespace MiniGan.Cli.Explain;

/// <summary>
/// Lines of coloured text that can be set side by side; written without wrapping, and as plain text where there are no colours.
/// </summary>
internal sealed class TextBlock : IRenderable
{
    private static readonly Style Quiet = new(decoration: Decoration.Dim);

    private readonly List<List<Segment>> lines;

    private TextBlock(List<List<Segment>> lines) => this.lines = lines;

    /// <summary>The longest line.</summary>
    public int Width => lines.Max(line => line.Sum(segment => segment.Text.Length));

    /// <summary>How many lines.</summary>
    public int Height => lines.Count;

    /// <summary>A cell of a grid.</summary>
    /// <param name="Text">What stands in it.</param>
    /// <param name="Colour">The colour behind it, or null.</param>
    /// <param name="IsQuiet">Whether it is a zero that no tap makes.</param>
    public readonly record struct Cell(string Text, TapPalette.Rgb? Colour = null, bool IsQuiet = false);

    /// <summary>A word in the middle of the height of its neighbours: an operator between two blocks.</summary>
    public static TextBlock Sign(string text) => new([[], [], [new Segment(text)]]);

    /// <summary>Rows and columns of cells under a title, with their indices at the edges.</summary>
    /// <param name="title">Above all; none if empty.</param>
    /// <param name="rowLabels">At the left of the rows.</param>
    /// <param name="columnLabels">Above the columns, or null.</param>
    /// <param name="cell">What stands at (row, column).</param>
    /// <param name="columns">How many columns.</param>
    public static TextBlock Grid(string title, string[] rowLabels, string[]? columnLabels, int columns, Func<int, int, Cell> cell)
    {
        Cell[][] cells = [.. rowLabels.Select((_, row) => Enumerable.Range(0, columns).Select(column => cell(row, column)).ToArray())];
        int width = cells.Max(row => row.Max(item => item.Text.Length)), label = rowLabels.Max(text => text.Length);
        width = Math.Max(width, columnLabels?.Max(text => text.Length) ?? 0);
        List<List<Segment>> lines = title.Length == 0 ? [] : [[new Segment(title, new Style(decoration: Decoration.Bold))]];
        if (columnLabels is not null)
        {
            lines.Add(
                [new Segment($"{new string(' ', label)}  {string.Concat(columnLabels.Select(text => $" {text.PadLeft(width)}"))}", Quiet)]);
        }

        for (int row = 0; row < cells.Length; row++)
        {
            List<Segment> line = [new Segment($"{rowLabels[row].PadLeft(label)} │", Quiet)];
            line.AddRange(cells[row].Select(item => new Segment(
                $" {item.Text.PadLeft(width)}", item.Colour is { } colour ? On(colour) : item.IsQuiet ? Quiet : Style.Plain)));
            lines.Add(line);
        }

        return new(lines);
    }

    /// <summary>Blocks side by side, in as many tiers as the width asks for.</summary>
    public static IEnumerable<TextBlock> Flow(IEnumerable<TextBlock> blocks, int width)
    {
        const int gap = 3;
        var tier = new List<TextBlock>();
        foreach (TextBlock block in blocks)
        {
            if (tier.Count > 0 && tier.Sum(item => item.Width + gap) + block.Width > width)
            {
                yield return Beside(tier, gap);
                tier = [];
            }

            tier.Add(block);
        }

        yield return Beside(tier, gap);
    }

    /// <inheritdoc/>
    public Measurement Measure(RenderOptions options, int maxWidth) => new(Width, Width);

    /// <inheritdoc/>
    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => lines.SelectMany(line => line.Append(Segment.LineBreak));

    private static Style On(TapPalette.Rgb colour) =>
        new(colour.IsLight ? Color.Black : Color.White, new Color(colour.R, colour.G, colour.B));

    private static TextBlock Beside(List<TextBlock> blocks, int gap)
    {
        var joined = new List<List<Segment>>();
        for (int i = 0; i < blocks.Max(block => block.lines.Count); i++)
        {
            var line = new List<Segment>();
            int missing = 0;
            foreach (TextBlock block in blocks)
            {
                List<Segment> own = i < block.lines.Count ? block.lines[i] : [];
                if (own.Count > 0)
                {
                    line.Add(new Segment(new string(' ', missing)));
                    line.AddRange(own);
                    missing = 0;
                }

                missing += block.Width - own.Sum(segment => segment.Text.Length) + gap;
            }

            joined.Add(line);
        }

        return new(joined);
    }
}
