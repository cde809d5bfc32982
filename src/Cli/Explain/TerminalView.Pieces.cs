namespace MiniGan.Cli.Explain;

// The two ways to see a transposed convolution on its grid: what each number of x adds to y, and what each pixel of y gathers.
internal sealed partial class TerminalView
{
    private void WriteScatter()
    {
        Heading("Scattered: x[i] · w, with the corner at i · stride");
        var reach = new Reach(g);
        int depth = MatrixEntry.Depth(g), pieces = lesson.Input.Length * depth;
        Sheet[] sheets =
        [
            .. Enumerable.Range(0, Math.Min(pieces, MostPieces)).Select(
                i => new Sheet(reach.Rows.Length, reach.Columns.Length, () => Piece(reach, i / depth, i % depth))),
            .. pieces > MostPieces ? [] : Channels("y", lesson.Output, lesson.OutputShape),
        ];
        if (Draw(sheets) is not { } drawn)
        {
            Line($"{pieces} pieces of {reach.Rows.Length}×{reach.Columns.Length}: too large to print here.");
            return;
        }

        if (reach.IsCut)
        {
            Line("Rows and columns marked × are what the padding cuts off.");
        }

        var blocks = new List<TextBlock>();
        for (int i = 0; i < Math.Min(pieces, MostPieces); i++)
        {
            blocks.Add(drawn[i]);
            blocks.Add(TextBlock.Sign(i + 1 < pieces ? "+" : "="));
        }

        if (pieces > MostPieces)
        {
            Write(TextBlock.Flow(blocks, console.Profile.Width));
            Line($"… and {pieces - MostPieces} more; together they are y, above.");
            return;
        }

        blocks.AddRange(drawn[pieces..]);
        Write(TextBlock.Flow(blocks, console.Profile.Width));
    }

    private TextBlock Piece(Reach reach, int element, int slice)
    {
        (int mapChannel, int position) = Math.DivRem(element, g.MapPositions);
        int kernel = (mapChannel * MatrixEntry.Depth(g)) + slice;
        int top = (position / g.Columns.Map * g.Rows.Stride) - g.Rows.Before,
            left = (position % g.Columns.Map * g.Columns.Stride) - g.Columns.Before;
        string target = g.ImageChannels == 1 ? "" : $" → y[{MatrixEntry.ImageChannel(g, kernel)}]";
        return TextBlock.Grid(
            $"x[{Position(element, lesson.InputShape)}] = {Numerals.Format(lesson.Input[element])}{target}",
            [.. reach.Rows.Select(row => Reach.Label(row, g.Rows.Image))],
            [.. reach.Columns.Select(column => Reach.Label(column, g.Columns.Image))],
            reach.Columns.Length,
            (row, column) =>
            {
                (int tapRow, int restRow) = Math.DivRem(reach.Rows[row] - top, g.Rows.Dilation);
                (int tapColumn, int restColumn) = Math.DivRem(reach.Columns[column] - left, g.Columns.Dilation);
                if (restRow != 0 || restColumn != 0 || (uint)tapRow >= (uint)g.Rows.Kernel || (uint)tapColumn >= (uint)g.Columns.Kernel)
                {
                    return new("·", IsQuiet: true);
                }

                int tap = (tapRow * g.Columns.Kernel) + tapColumn;
                float weight = lesson.Kernel[(kernel * g.Taps) + tap];
                return new(Numerals.Format(weight * lesson.Input[element]), ColourOf(tap));
            });
    }

    private void WriteStretched()
    {
        Heading("Gathered: the same as a convolution with stride 1 of x, stretched with zeros (·), and the kernel, flipped");
        StretchedInput stretched = lesson.Stretched!;
        string[] rows = Labels(stretched.Rows.Places), columns = Labels(stretched.Columns.Places);
        Sheet[] sheets =
        [
            .. Enumerable.Range(0, g.MapChannels).Select(channel => new Sheet(rows.Length, columns.Length, () => TextBlock.Grid(
                g.MapChannels == 1 ? "x" : $"x[{channel}]", rows, columns, columns.Length, (row, column) =>
                {
                    (int r, int c) = (stretched.Rows.Places[row], stretched.Columns.Places[column]);
                    return r < 0 || c < 0
                        ? new("·", IsQuiet: true)
                        : new(Numerals.Format(lesson.Input[(channel * g.MapPositions) + (r * g.Columns.Map) + c]));
                }))),
            .. Kernels("w", lesson.Kernel, isFlipped: true),
            .. Channels("y", lesson.Output, lesson.OutputShape),
        ];
        WriteGrids(sheets, $"x, stretched, is {rows.Length}×{columns.Length}");
    }

    private static string[] Labels(int[] places) => [.. places.Select(place => place < 0 ? "" : $"{place}")];
}
