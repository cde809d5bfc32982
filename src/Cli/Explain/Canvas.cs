using MiniGan.Imaging;

namespace MiniGan.Cli.Explain;

/// <summary>An RGB picture to draw rectangles and small text on.</summary>
/// <param name="width">Columns.</param>
/// <param name="height">Rows.</param>
/// <param name="background">What it starts as.</param>
internal sealed class Canvas(int width, int height, TapPalette.Rgb background)
{
    private readonly byte[] pixels =
        [.. Enumerable.Repeat<byte[]>([background.R, background.G, background.B], width * height).SelectMany(part => part)];

    /// <summary>The picture as it is now.</summary>
    public Bitmap ToBitmap() => new(width, height, 3, (byte[])pixels.Clone());

    /// <summary>Fills a rectangle whose corners are a little rounded.</summary>
    public void Fill(int left, int top, int columns, int rows, TapPalette.Rgb colour, int corner = 0)
    {
        for (int y = 0; y < rows; y++)
        {
            int fromEdge = Math.Min(y, rows - 1 - y), indent = fromEdge < corner ? Indent(corner, fromEdge) : 0;
            for (int x = indent; x < columns - indent; x++)
            {
                Set(left + x, top + y, colour);
            }
        }
    }

    /// <summary>Writes text centred in a rectangle, as large as fits, at most <paramref name="scale"/> times the font.</summary>
    public void Write(string text, int left, int top, int columns, int rows, TapPalette.Rgb colour, int scale)
    {
        while (scale > 1 && TextWidth(text, scale) > columns - 2)
        {
            scale--;
        }

        int x0 = left + ((columns - TextWidth(text, scale)) / 2), y0 = top + ((rows - (PixelFont.Height * scale)) / 2);
        foreach (char letter in text)
        {
            for (int i = 0; i < PixelFont.Height * scale; i++)
            {
                for (int j = 0; j < PixelFont.Width * scale; j++)
                {
                    if (PixelFont.IsSet(letter, i / scale, j / scale))
                    {
                        Set(x0 + j, y0 + i, colour);
                    }
                }
            }

            x0 += (PixelFont.Width + 1) * scale;
        }
    }

    /// <summary>How wide text is.</summary>
    public static int TextWidth(string text, int scale) => ((text.Length * (PixelFont.Width + 1)) - 1) * scale;

    private static int Indent(int corner, int fromEdge)
    {
        double dy = corner - fromEdge - 0.5;
        return corner - (int)Math.Round(Math.Sqrt((corner * corner) - (dy * dy)));
    }

    private void Set(int x, int y, TapPalette.Rgb colour)
    {
        if ((uint)x < (uint)width && (uint)y < (uint)height)
        {
            (pixels[((y * width) + x) * 3], pixels[(((y * width) + x) * 3) + 1], pixels[(((y * width) + x) * 3) + 2]) =
                (colour.R, colour.G, colour.B);
        }
    }
}
