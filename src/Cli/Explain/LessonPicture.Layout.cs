
namespace MiniGan.Cli.Explain;

// What stands where.
internal sealed partial class LessonPicture
{
    private const double SmallestText = 7;

    private enum Part
    {
        Image,
        Kernel,
        Map,
        Matrix,
    }

    /// <summary>A rectangle of cells with a title; the index is a channel, a slice of the kernel, or 0 for C and 1 for Cᵀ.</summary>
    private readonly record struct Panel(Part Part, int Index, string Title, int Left, int Top, int Width, int Height);

    private int VectorHeight => matrixPitch + (Between / 2);

    /// <summary>The pitch of cells that the longest of these numbers fits into, small as it may have to be.</summary>
    private static int RoomFor(IEnumerable<double> numbers) =>
        (int)Math.Ceiling(numbers.Max(value => Canvas.TextWidth(Numerals.Format(value), SmallestText))) + Gap + 4;

    private static int TitleWidth(string title) => (int)Math.Ceiling(Canvas.TextWidth(title, TitleSize)) + 4;

    private bool IsOfY(Panel panel) => (panel.Index == 1) == transposed;

    /// <summary>What a transposed convolution's output holds on its way: it may be longer than what it ends at.</summary>
    private IEnumerable<double> RunningSums()
    {
        if (!transposed)
        {
            yield break;
        }

        double[] sums = new double[lesson.Output.Length];
        foreach (MatrixEntry entry in lesson.Entries)
        {
            yield return sums[entry.Column] += (double)lesson.Kernel[entry.Weight] * lesson.Input[entry.Row];
        }
    }

    private List<Panel> Layout()
    {
        var result = new List<Panel>();
        string image = transposed ? "y" : "x", map = transposed ? "x" : "y";
        (Part Part, int Index, string Title, int Columns, int Rows)[] small = [.. Enumerable.Range(0, g.MapChannels).Select(c =>
            (Part.Map, c, Named(map, c, g.MapChannels), g.Columns.Map, g.Rows.Map))];
        (Part Part, int Index, string Title, int Columns, int Rows)[] large = [.. Enumerable.Range(0, g.ImageChannels).Select(c =>
            (Part.Image, c, Named(image, c, g.ImageChannels), reach.Columns.Length, reach.Rows.Length))];
        int slices = MatrixEntry.Kernels(g), depth = MatrixEntry.Depth(g);
        (Part Part, int Index, string Title, int Columns, int Rows)[] kernels = [.. Enumerable.Range(0, slices).Select(
            c => (Part.Kernel, c, slices == 1 ? "w" : $"w[{c / depth},{c % depth}]", g.Columns.Kernel, g.Rows.Kernel))];

        (int right, int bottom) = Row(transposed ? [.. small, .. kernels] : [.. large, .. kernels], Margin);
        right = Math.Max(right, Row(transposed ? large : small, bottom + Between).Right);

        // C, then Cᵀ; if both do not fit, the one that makes y.
        int maps = g.MapChannels * g.MapPositions, images = g.ImageChannels * g.ImagePositions, left = right + Between;
        Panel c = Matrix(0, "C", maps, images), ct = Matrix(1, "Cᵀ", images, maps);
        foreach (Panel panel in left + c.Width + Between + ct.Width + Margin <= LargestSide ? [c, ct] : transposed ? [ct] : new[] { c })
        {
            result.Add(panel with { Left = left });
            left += panel.Width + Between;
        }

        return result;

        Panel Matrix(int index, string name, int rows, int columns)
        {
            bool isOfY = (index == 1) == transposed;
            string title = isOfY ? $"y = {name} x, {rows}×{columns}" : $"{name}, {rows}×{columns}";
            int wide = (columns * matrixPitch) + (isOfY ? (Between / 2) + pitch + 6 : 0);
            return new(
                Part.Matrix, index, title, 0, Margin + TitleHeight, Math.Max(wide, TitleWidth(title)), VectorHeight + (rows * matrixPitch));
        }

        (int Right, int Bottom) Row((Part Part, int Index, string Title, int Columns, int Rows)[] items, int y)
        {
            int x = Margin, deepest = y;
            foreach ((Part part, int index, string title, int across, int down) in items)
            {
                result.Add(new(part, index, title, x, y + TitleHeight, across * pitch, down * pitch));
                x += Math.Max(across * pitch, TitleWidth(title)) + Between;
                deepest = Math.Max(deepest, y + TitleHeight + (down * pitch));
            }

            return (x - Between, deepest);
        }
    }
}
