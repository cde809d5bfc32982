
namespace MiniGan.Cli.Explain;

// What stands where.
internal sealed partial class LessonPicture
{
    private enum Part
    {
        Image,
        Kernel,
        Map,
        Matrix,
    }

    /// <summary>A rectangle of cells with a title; the index is a channel or a slice of the kernel.</summary>
    private readonly record struct Panel(Part Part, int Index, string Title, int Left, int Top, int Width, int Height);

    /// <summary>The pitch of cells that the longest of these numbers fits into.</summary>
    private static int RoomFor(IEnumerable<double> numbers) =>
        Canvas.TextWidth(new string('0', numbers.Max(value => Numerals.Format(value).Length)), 1) + Gap + 2;

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

        // A transposed convolution's matrix is tall and stands at the right; a convolution's is wide and lies below.
        int bottom, right;
        if (transposed)
        {
            (right, bottom) = Row([.. small, .. kernels], Margin);
            (int edge, bottom) = Row(large, bottom + Between);
            right = Math.Max(right, edge);
        }
        else
        {
            (right, bottom) = Row([.. large, .. kernels, .. small], Margin);
        }

        int rows = transposed ? lesson.Output.Length : g.MapChannels * g.MapPositions, columns = lesson.Input.Length;
        int matrixWidth = (columns * matrixPitch) + Between + pitch, matrixHeight = ((rows + 1) * matrixPitch) + (Between / 2);
        (int left, int top) = transposed ? (right + Between, Margin) : (Margin, bottom + Between);
        result.Add(new(Part.Matrix, 0, transposed ? "y = C^ x" : "y = C x", left, top + TitleHeight, matrixWidth, matrixHeight));
        return result;

        (int Right, int Bottom) Row((Part Part, int Index, string Title, int Columns, int Rows)[] items, int y)
        {
            int x = Margin, deepest = y;
            foreach ((Part part, int index, string title, int across, int down) in items)
            {
                result.Add(new(part, index, title, x, y + TitleHeight, across * pitch, down * pitch));
                x += Math.Max(across * pitch, Canvas.TextWidth(title, Scale)) + Between;
                deepest = Math.Max(deepest, y + TitleHeight + (down * pitch));
            }

            return (x - Between, deepest);
        }
    }
}
