using MiniGan.Imaging;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MiniGan.Runs.Views;

/// <summary>
/// A picture on a terminal without colours, which is taken to be dark: each character, from a space to █, is the mean brightness of two
/// pixels, one above the other. What is too wide is cut off.
/// </summary>
/// <param name="picture">The picture.</param>
internal sealed class ShadePicture(Bitmap picture) : Renderable
{
    private const string Shades = " ░▒▓█";

    protected override Measurement Measure(RenderOptions options, int maxWidth)
    {
        int width = Math.Min(picture.Width, maxWidth);
        return new Measurement(width, width);
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int width = Math.Min(picture.Width, maxWidth);
        for (int y = 0; y < picture.Height; y += 2)
        {
            int lower = Math.Min(y + 1, picture.Height - 1);
            yield return new Segment(string.Concat(
                Enumerable.Range(0, width).Select(x => ShadeOf((BrightnessAt(x, y) + BrightnessAt(x, lower)) / 2))));
            yield return Segment.LineBreak;
        }
    }

    private static char ShadeOf(double brightness) => Shades[(int)Math.Round(brightness / 255 * (Shades.Length - 1))];

    private double BrightnessAt(int x, int y)
    {
        ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan(((y * picture.Width) + x) * picture.Channels, picture.Channels);
        return pixel.Length == 1 ? pixel[0] : (0.2126 * pixel[0]) + (0.7152 * pixel[1]) + (0.0722 * pixel[2]); // luma of ITU-R BT.709
    }
}
