using MiniGan.Imaging;

namespace MiniGan.Cli.Explain;

/// <summary>An RGB picture to draw rounded rectangles and small text on, with soft edges.</summary>
/// <param name="width">Columns.</param>
/// <param name="height">Rows.</param>
/// <param name="background">What it starts as.</param>
internal sealed class Canvas(int width, int height, TapPalette.Rgb background)
{
    private const double Filled = 0.84;

    private readonly byte[] pixels =
        [.. Enumerable.Repeat<byte[]>([background.R, background.G, background.B], width * height).SelectMany(part => part)];

    /// <summary>The picture as it is now.</summary>
    public Bitmap ToBitmap() => new(width, height, 3, (byte[])pixels.Clone());

    /// <summary>Fills a rectangle whose corners are round.</summary>
    public void Fill(int left, int top, int columns, int rows, TapPalette.Rgb colour, double radius = 0)
    {
        double middleX = columns / 2.0, middleY = rows / 2.0;
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                // How far the pixel's middle is from the rectangle without its corners.
                double dx = Math.Max(Math.Abs(x + 0.5 - middleX) - (middleX - radius), 0);
                double dy = Math.Max(Math.Abs(y + 0.5 - middleY) - (middleY - radius), 0);
                Blend(left + x, top + y, colour, radius + 0.5 - Math.Sqrt((dx * dx) + (dy * dy)));
            }
        }
    }

    /// <summary>Writes text centred in a rectangle, its digits so high, or as high as fits.</summary>
    public void Write(string text, int left, int top, int columns, int rows, TapPalette.Rgb colour, double size)
    {
        double unit = size / StrokeFont.Height, wide = TextWidth(text, size), room = columns * Filled;
        if (wide > room)
        {
            unit *= room / wide;
        }

        double x0 = left + ((columns - (StrokeFont.WidthOf(text) * unit)) / 2), y0 = top + ((rows - (StrokeFont.Height * unit)) / 2);
        double pen = Math.Max(StrokeFont.Pen * unit / 2, 0.5);
        StrokeFont.Segment[] strokes = [.. StrokeFont.Strokes(text).Select(s =>
            new StrokeFont.Segment((s.X0 * unit) + x0, (s.Y0 * unit) + y0, (s.X1 * unit) + x0, (s.Y1 * unit) + y0))];

        // A pixel gets the ink of the stroke that is nearest: strokes that meet are not darker there.
        int above = (int)Math.Floor(y0 - (3 * unit)), below = (int)Math.Ceiling(y0 + ((StrokeFont.Height + 5) * unit));
        for (int y = above; y < below; y++)
        {
            for (int x = (int)x0 - 2; x < x0 + (StrokeFont.WidthOf(text) * unit) + 2; x++)
            {
                double nearest = double.MaxValue;
                foreach (StrokeFont.Segment stroke in strokes)
                {
                    nearest = Math.Min(nearest, Distance(stroke, x + 0.5, y + 0.5));
                }

                Blend(x, y, colour, pen + 0.5 - nearest);
            }
        }
    }

    /// <summary>How wide text is whose digits are so high.</summary>
    public static double TextWidth(string text, double size) => StrokeFont.WidthOf(text) * size / StrokeFont.Height;

    private static double Distance(StrokeFont.Segment s, double x, double y)
    {
        double dx = s.X1 - s.X0, dy = s.Y1 - s.Y0, length = (dx * dx) + (dy * dy);
        double t = length > 0 ? Math.Clamp((((x - s.X0) * dx) + ((y - s.Y0) * dy)) / length, 0, 1) : 0;
        double ex = x - s.X0 - (t * dx), ey = y - s.Y0 - (t * dy);
        return Math.Sqrt((ex * ex) + (ey * ey));
    }

    private void Blend(int x, int y, TapPalette.Rgb colour, double share)
    {
        if ((uint)x >= (uint)width || (uint)y >= (uint)height || share <= 0)
        {
            return;
        }

        share = Math.Min(share, 1);
        Span<byte> pixel = pixels.AsSpan(((y * width) + x) * 3, 3);
        pixel[0] = Part(pixel[0], colour.R, share);
        pixel[1] = Part(pixel[1], colour.G, share);
        pixel[2] = Part(pixel[2], colour.B, share);
    }

    private static byte Part(byte below, byte above, double share) => (byte)Math.Round(below + ((above - below) * share));
}
