using System.Globalization;

namespace MiniGan.Cli.Explain;

// C and Cᵀ, one beside the other, and the product with x.
internal sealed partial class TerminalView
{
    private void WriteMatrix()
    {
        int rows = g.MapChannels * g.MapPositions, columns = g.ImageChannels * g.ImagePositions;
        string name = settings.IsTransposed ? "Cᵀ" : "C";
        (int shownRows, int shownColumns) = settings.IsTransposed ? (columns, rows) : (rows, columns);
        Heading($"{name}, {shownRows}×{shownColumns}: a row per element of y, a column per element of x");
        long places = (long)rows * columns;
        Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{lesson.Entries.Length} of its {places} places hold a weight; the others (·), " +
            $"{100 - (100.0 * lesson.Entries.Length / places):F1} %, are zeros."));
        int room = console.Profile.Width;
        if (Math.Max(rows, columns) > MostRows || Product() is not { } product || product.Sum(block => block.Width + 3) > room)
        {
            Line($"It is too large to print here.{(hasPage && HtmlPage.Obstacle(lesson) is null ? " The page shows it." : "")}");
            return;
        }

        // The other matrix has the same weights, with rows and columns exchanged.
        TextBlock other = Matrix(!settings.IsTransposed);
        TextBlock[] blocks = other.Width > room ? product : settings.IsTransposed ? [other, .. product] : [.. product, other];
        Write(TextBlock.Flow(blocks, room));
    }

    private TextBlock[] Product() =>
    [
        Matrix(settings.IsTransposed),
        TextBlock.Sign("·"),
        TextBlock.Grid("x", Positions(lesson.InputShape), null, 1, (row, _) => new(Numerals.Format(lesson.Input[row]))),
        TextBlock.Sign("="),
        TextBlock.Grid("y", Positions(lesson.OutputShape), null, 1, (row, _) => new(Numerals.Format(lesson.Output[row]))),
    ];

    private TextBlock Matrix(bool isTransposed)
    {
        var at = lesson.Entries.ToDictionary(entry => isTransposed ? (entry.Column, entry.Row) : (entry.Row, entry.Column));
        bool isOfY = isTransposed == settings.IsTransposed;
        return TextBlock.Grid(
            isTransposed ? "Cᵀ" : "C",
            Positions(isOfY ? lesson.OutputShape : lesson.InputShape),
            null,
            isOfY ? lesson.Input.Length : lesson.Output.Length,
            (row, column) => at.TryGetValue((row, column), out MatrixEntry entry)
                ? new(Numerals.Format(lesson.Kernel[entry.Weight]), ColourOf(entry.Tap))
                : new("·", IsQuiet: true));
    }
}
