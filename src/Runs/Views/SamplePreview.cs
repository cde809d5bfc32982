using MiniGan.Imaging;
using MiniGan.Tensors;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MiniGan.Runs.Views;

/// <summary>Some samples as a picture that fits into a part of the terminal.</summary>
internal static class SamplePreview
{
    /// <summary>Samples that are shown at most.</summary>
    public const int Most = 10;

    private const int Gap = 1, EnoughInFull = 6;

    /// <summary>Draws the first samples, in full size if enough of them fit, else in half.</summary>
    /// <param name="images">Samples: [N, C, H, W], at least one, of any size.</param>
    /// <param name="width">Characters in a row.</param>
    /// <param name="height">Rows.</param>
    /// <returns>A picture of at most width × 2 · height pixels, or null if not even one sample fits.</returns>
    public static Bitmap? Draw(Tensor images, int width, int height)
    {
        (int columns, int rows) = Fitting(images.Shape.W, images.Shape.H, width, height);
        if (columns * rows < EnoughInFull && images.Shape is { H: > 1, W: > 1 })
        {
            images = Halved(First(images, Most));
            (columns, rows) = Fitting(images.Shape.W, images.Shape.H, width, height);
        }

        if (columns * rows == 0)
        {
            return null;
        }

        // As many as there is room for in full rows, in the fewest rows: 2 × 5 rather than 6 + 4.
        int count = Math.Min(images.Shape.N, Most);
        columns = Enumerable.Range(1, columns).Reverse().MaxBy(wide => wide * Math.Min(rows, count / wide));
        rows = Math.Min(rows, count / columns);
        return ImageConversion.Grid(First(images, columns * rows), columns, Gap);
    }

    /// <summary>Whether a console can show a picture at all.</summary>
    public static bool Works(IAnsiConsole console) => console.Profile.Capabilities.Unicode;

    /// <summary>A picture in what the console has: colours or greys in half blocks, or shades.</summary>
    public static Renderable On(IAnsiConsole console, Bitmap picture) =>
        console.Profile.Capabilities is { Ansi: true, ColorSystem: ColorSystem.TrueColor or ColorSystem.EightBit }
            ? new HalfBlockPicture(picture)
            : new ShadePicture(picture);

    /// <summary>The first images of a batch.</summary>
    public static Tensor First(Tensor images, int count)
    {
        Shape s = images.Shape;
        var first = new Tensor(new Shape(Math.Min(count, s.N), s.C, s.H, s.W));
        images.Span[..first.Shape.Count].CopyTo(first.Span);
        return first;
    }

    private static (int Columns, int Rows) Fitting(int imageWidth, int imageHeight, int width, int height) =>
        (Math.Max(0, (width - Gap) / (imageWidth + Gap)), Math.Max(0, ((2 * height) - Gap) / (imageHeight + Gap)));

    /// <summary>Half as wide and high: means of 2 × 2 pixels.</summary>
    private static Tensor Halved(Tensor images)
    {
        Shape s = images.Shape;
        var halved = new Tensor(new Shape(s.N, s.C, s.H / 2, s.W / 2));
        for (int n = 0; n < s.N; n++)
        {
            for (int c = 0; c < s.C; c++)
            {
                for (int y = 0; y < halved.Shape.H; y++)
                {
                    for (int x = 0; x < halved.Shape.W; x++)
                    {
                        int top = 2 * y, left = 2 * x;
                        halved[n, c, y, x] = (
                            images[n, c, top,
                                left] + images[n, c, top, left + 1] + images[n, c, top + 1, left] + images[n, c, top + 1, left + 1]) / 4;
                    }
                }
            }
        }

        return halved;
    }
}
