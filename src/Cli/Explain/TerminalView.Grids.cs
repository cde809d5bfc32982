using MiniGan.Tensors;
using Spectre.Console;

namespace MiniGan.Cli.Explain;

// Grids of numbers, side by side.
internal sealed partial class TerminalView
{
    private static IEnumerable<Sheet> Channels(string name, float[] values, Shape shape) =>
        Enumerable.Range(0, shape.C).Select(channel => new Sheet(shape.H, shape.W, () => TextBlock.Grid(
            shape.C == 1 ? name : $"{name}[{channel}]",
            Indices(shape.H),
            Indices(shape.W),
            shape.W,
            (row, column) => new(Numerals.Format(values[(((channel * shape.H) + row) * shape.W) + column])))));

    private IEnumerable<Sheet> Kernels(string name, float[] values, bool isFlipped = false) => Enumerable.Range(0, MatrixEntry.Kernels(g))
        .Select(kernel => new Sheet(g.Rows.Kernel, g.Columns.Kernel, () => TextBlock.Grid(
            (MatrixEntry.Kernels(g) == 1 ? name : $"{name}[{kernel / MatrixEntry.Depth(g)},{kernel % MatrixEntry.Depth(g)}]") +
            (isFlipped ? ", flipped" : ""),
            Ordered(Indices(g.Rows.Kernel), isFlipped),
            Ordered(Indices(g.Columns.Kernel), isFlipped),
            g.Columns.Kernel,
            (row, column) =>
            {
                int place = (row * g.Columns.Kernel) + column, tap = isFlipped ? g.Taps - 1 - place : place;
                return new(Numerals.Format(values[(kernel * g.Taps) + tap]), ColourOf(tap));
            })));

    private static string[] Ordered(string[] labels, bool isFlipped) => isFlipped ? [.. labels.Reverse()] : labels;

    /// <summary>A grid that is not drawn yet: of a large one the size alone is asked.</summary>
    private readonly record struct Sheet(int Rows, int Columns, Func<TextBlock> Draw);

    /// <summary>
    /// Draws grids; null if one of them does not fit. A column takes a space and a sign at least, so most that do not
    /// fit need not be drawn to know.
    /// </summary>
    private TextBlock[]? Draw(Sheet[] sheets)
    {
        int room = console.Profile.Width;
        if (sheets.Any(sheet => sheet.Rows > MostRows || sheet.Columns * 2L > room))
        {
            return null;
        }

        TextBlock[] blocks = [.. sheets.Select(sheet => sheet.Draw())];
        return blocks.Any(block => block.Width > room) ? null : blocks;
    }

    private void WriteGrids(Sheet[] sheets, string summary)
    {
        if (sheets.Length > MostGrids || Draw(sheets) is not { } blocks)
        {
            Line($"Too large to print here: {summary}.");
            return;
        }

        Write(TextBlock.Flow(blocks, console.Profile.Width));
    }

    private static string[] Indices(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i}")];

    private static string[] Positions(Shape shape) => [.. Enumerable.Range(0, shape.Count).Select(i => Position(i, shape))];

    private static string Position(int index, Shape shape) => Numerals.Position(index, shape.C, shape.H, shape.W);

    private static string Sizes(Shape shape) => shape.C == 1 ? $"{shape.H}×{shape.W}" : $"{shape.C}×{shape.H}×{shape.W}";

    private static string Range(float[] values) => $"from {Numerals.Format(values.Min())} to {Numerals.Format(values.Max())}";
}
