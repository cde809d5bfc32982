using MiniGan.Cli.Common;
using MiniGan.Convolution;
using MiniGan.Imaging;

namespace MiniGan.Cli.Explain;

/// <summary>
/// A lesson as pictures, in the colours and letters of the page: x, the kernel and y, and beside them C and Cᵀ, with x above the columns
/// and y at the rows of the one that makes y. In a frame of the animation one step of the kernel is lit, in the colours of its taps.
/// </summary>
internal sealed partial class LessonPicture
{
    /// <summary>How long a frame of the animation is shown.</summary>
    public const double SecondsPerFrame = 0.9;

    private const int SmallestPitch = 42, SmallestMatrixPitch = 26, Gap = 2, Margin = 24, Between = 36, TitleHeight = 28,
        LargestSide = 4000, LastFrameShownFor = 4;

    private const double TitleSize = 14, TextSize = 13, MatrixTextSize = 11, Corner = 6, MatrixCorner = 4;

    private const long LargestAnimation = 400_000_000; // bytes, unpacked

    private static readonly TapPalette.Rgb
        Background = new(0xff, 0xfe, 0xfb), Ink = new(0x1c, 0x22, 0x30), Quiet = new(0x5d, 0x66, 0x75), Dot = new(0xc3, 0xc8, 0xd1),
        Empty = new(0xec, 0xef, 0xf3), Padding = new(0xf4, 0xf2, 0xec), Lit = new(0x1c, 0x22, 0x30), White = new(0xff, 0xff, 0xff);

    private readonly Lesson lesson;
    private readonly ConvolutionGeometry g;
    private readonly Reach reach;
    private readonly bool transposed;
    private readonly List<Panel> panels;
    private readonly int pitch, matrixPitch, width, height;
    private readonly Dictionary<(int Row, int Column), MatrixEntry> at;

    private LessonPicture(Lesson lesson)
    {
        this.lesson = lesson;
        g = lesson.Geometry;
        reach = new Reach(g);
        transposed = lesson.Settings.IsTransposed;
        at = [];
        IEnumerable<float> given = lesson.Input.Concat(lesson.Kernel);
        pitch = Math.Max(SmallestPitch, RoomFor(given.Concat(lesson.Output).Select(value => (double)value).Concat(RunningSums())));
        matrixPitch = Math.Max(SmallestMatrixPitch, RoomFor(given.Select(value => (double)value)));
        panels = Layout();
        width = panels.Max(panel => panel.Left + panel.Width) + Margin;
        height = panels.Max(panel => panel.Top + panel.Height) + Margin;
        if (width > LargestSide || height > LargestSide)
        {
            throw new UserException(
                $"--out: the picture would be {width}×{height} pixels, more than {LargestSide} either way. Give a smaller " +
                "--input or fewer channels.");
        }

        at = lesson.Entries.ToDictionary(entry => (entry.Row, entry.Column));
    }

    /// <summary>One picture: y complete, C in full colours.</summary>
    /// <exception cref="UserException">It would be too large.</exception>
    public static Bitmap Still(Lesson lesson) => new LessonPicture(lesson).Draw(null);

    /// <summary>A frame for each step of the kernel, and at the end one of the whole that stays for a while.</summary>
    /// <exception cref="UserException">It would be too large, or too long.</exception>
    public static IReadOnlyList<Bitmap> Frames(Lesson lesson)
    {
        var picture = new LessonPicture(lesson);
        int steps = lesson.Geometry.MapChannels * lesson.Geometry.MapPositions;
        if ((long)steps * picture.width * picture.height * 3 > LargestAnimation)
        {
            throw new UserException(
                $"--out: the animation would have {steps} steps of {picture.width}×{picture.height} pixels, more than it can hold. Give " +
                "a smaller --input, or a name in .png for one picture.");
        }

        Bitmap whole = picture.Draw(null);
        return [.. Enumerable.Range(0, steps).Select(step => picture.Draw(step)), .. Enumerable.Repeat(whole, LastFrameShownFor)];
    }

    private Bitmap Draw(int? step)
    {
        var canvas = new Canvas(width, height, Background);
        foreach (Panel panel in panels)
        {
            canvas.Write(
                panel.Title, panel.Left, panel.Top - TitleHeight, TitleWidth(panel.Title), TitleHeight - 6, Ink, TitleSize);
            switch (panel.Part)
            {
                case Part.Image: DrawImage(canvas, panel, step); break;
                case Part.Map: DrawMap(canvas, panel, step); break;
                case Part.Kernel: DrawKernel(canvas, panel, step); break;
                default: DrawMatrix(canvas, panel, step); break;
            }
        }

        return canvas.ToBitmap();
    }

    private void DrawImage(Canvas canvas, Panel panel, int? step)
    {
        for (int row = 0; row < reach.Rows.Length; row++)
        {
            for (int column = 0; column < reach.Columns.Length; column++)
            {
                int y = reach.Rows[row], x = reach.Columns[column];
                bool inside = y >= 0 && y < g.Rows.Image && x >= 0 && x < g.Columns.Image;
                TapPalette.Rgb? colour = step is { } lit && TapAt(lit % g.MapPositions, y, x) is { } tap ? ColourOf(tap) : null;
                string text = "";
                if (inside)
                {
                    int element = (((panel.Index * g.Rows.Image) + y) * g.Columns.Image) + x;
                    text = !transposed ? Numerals.Format(lesson.Input[element])
                        : OutputAfter(step, element) is { } value ? Numerals.Format(value)
                        : "";
                }
                else if (!transposed)
                {
                    text = "0";
                }

                if (colour is { } solid && !inside)
                {
                    colour = Mix(solid, Background, 0.35);
                }

                Cell(canvas, panel, row, column, text, colour ?? (inside ? Empty : Padding), inside ? null : Quiet);
            }
        }
    }

    private void DrawMap(Canvas canvas, Panel panel, int? step)
    {
        for (int position = 0; position < g.MapPositions; position++)
        {
            int element = (panel.Index * g.MapPositions) + position;
            string text = transposed ? Numerals.Format(lesson.Input[element])
                : step is null || element <= step ? Numerals.Format(lesson.Output[element])
                : "";
            bool isLit = element == step;
            Cell(canvas, panel, position / g.Columns.Map, position % g.Columns.Map, text, isLit ? Lit : Empty, isLit ? White : null);
        }
    }

    private void DrawKernel(Canvas canvas, Panel panel, int? step)
    {
        bool used = step is null || panel.Index / MatrixEntry.Depth(g) == step / g.MapPositions;
        for (int tap = 0; tap < g.Taps; tap++)
        {
            Cell(
                canvas, panel, tap / g.Columns.Kernel, tap % g.Columns.Kernel, Numerals.Format(lesson.Kernel[(panel.Index * g.Taps) + tap]),
                used ? ColourOf(tap) : Mix(ColourOf(tap), Background, 0.3));
        }
    }

    private void DrawMatrix(Canvas canvas, Panel panel, int? step)
    {
        bool isOfY = IsOfY(panel), isCt = panel.Index == 1;
        int maps = g.MapChannels * g.MapPositions, images = g.ImageChannels * g.ImagePositions;
        (int rows, int columns) = isCt ? (images, maps) : (maps, images);
        int body = panel.Top + VectorHeight;
        canvas.Fill(panel.Left - 2, body - 2, (columns * matrixPitch) + 4 - Gap, (rows * matrixPitch) + 4 - Gap, Padding, Corner);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                bool isLit = step is null || (isCt ? column : row) == step;
                int left = panel.Left + (column * matrixPitch), top = body + (row * matrixPitch);
                if (at.TryGetValue(isCt ? (column, row) : (row, column), out MatrixEntry entry))
                {
                    TapPalette.Rgb colour = isLit ? ColourOf(entry.Tap) : Mix(ColourOf(entry.Tap), Background, 0.34);
                    string weight = Numerals.Format(lesson.Kernel[entry.Weight]);
                    Square(canvas, left, top, matrixPitch, weight, colour, isLit ? InkOn(colour) : Quiet);
                }
                else
                {
                    Square(canvas, left, top, matrixPitch, "·", isLit && step is not null ? Empty : Padding, Dot);
                }
            }
        }

        if (isOfY)
        {
            DrawVectors(canvas, panel, step, body, columns);
        }
    }

    /// <summary>x above the columns, y at the end of the rows.</summary>
    private void DrawVectors(Canvas canvas, Panel panel, int? step, int body, int columns)
    {
        for (int column = 0; column < columns; column++)
        {
            bool isLit = transposed && column == step;
            Square(
                canvas, panel.Left + (column * matrixPitch), panel.Top, matrixPitch, Numerals.Format(lesson.Input[column]),
                isLit ? Lit : Empty, isLit ? White : Ink);
        }

        int valuesLeft = panel.Left + (columns * matrixPitch) + (Between / 2);
        for (int row = 0; row < lesson.Output.Length; row++)
        {
            string text = transposed
                ? OutputAfter(step, row) is { } value ? Numerals.Format(value) : ""
                : step is null || row <= step ? Numerals.Format(lesson.Output[row]) : "";
            bool made = !transposed && row == step;
            int top = body + (row * matrixPitch);
            canvas.Fill(valuesLeft, top, pitch + 6, matrixPitch - Gap, made ? Lit : Empty, MatrixCorner);
            canvas.Write(text, valuesLeft, top, pitch + 6, matrixPitch - Gap, made ? White : Ink, MatrixTextSize);
        }
    }

    /// <summary>What a transposed convolution's output holds once this step is laid down; null where nothing has been laid yet.</summary>
    private double? OutputAfter(int? step, int element)
    {
        if (step is null)
        {
            return lesson.Output[element];
        }

        double? sum = null;
        for (int row = 0; row <= step; row++)
        {
            if (at.TryGetValue((row, element), out MatrixEntry entry))
            {
                sum = (sum ?? 0) + ((double)lesson.Kernel[entry.Weight] * lesson.Input[row]);
            }
        }

        return sum;
    }

    private int? TapAt(int position, int y, int x)
    {
        (int row, int restRow) = Math.DivRem(y + g.Rows.Before - (position / g.Columns.Map * g.Rows.Stride), g.Rows.Dilation);
        (int column, int restColumn) = Math.DivRem(
            x + g.Columns.Before - (position % g.Columns.Map * g.Columns.Stride), g.Columns.Dilation);
        return restRow == 0 && restColumn == 0 && (uint)row < (uint)g.Rows.Kernel && (uint)column < (uint)g.Columns.Kernel
            ? (row * g.Columns.Kernel) + column
            : null;
    }

    private void Cell(Canvas canvas, Panel panel, int row, int column, string text, TapPalette.Rgb colour, TapPalette.Rgb? ink = null) =>
        Square(canvas, panel.Left + (column * pitch), panel.Top + (row * pitch), pitch, text, colour, ink ?? InkOn(colour));

    private void Square(Canvas canvas, int left, int top, int side, string text, TapPalette.Rgb colour, TapPalette.Rgb ink)
    {
        bool isLarge = side == pitch;
        canvas.Fill(left, top, side - Gap, side - Gap, colour, isLarge ? Corner : MatrixCorner);
        canvas.Write(text, left, top, side - Gap, side - Gap, ink, isLarge ? TextSize : MatrixTextSize);
    }

    private TapPalette.Rgb ColourOf(int tap) => TapPalette.At(tap / g.Columns.Kernel, tap % g.Columns.Kernel, g.Columns.Kernel);

    private static TapPalette.Rgb InkOn(TapPalette.Rgb colour) => colour.IsLight ? Ink : White;

    private static TapPalette.Rgb Mix(TapPalette.Rgb a, TapPalette.Rgb b, double share) => new(
        (byte)((a.R * share) + (b.R * (1 - share))), (byte)((a.G * share) + (b.G * (1 - share))),
        (byte)((a.B * share) + (b.B * (1 - share))));

    private static string Named(string name, int channel, int channels) => channels == 1 ? name : $"{name}[{channel}]";
}
