using MiniGan.Imaging;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MiniGan.Runs.Views;

/// <summary>
/// A picture on a terminal: each character ▀ is two pixels, its foreground the upper one and its background the lower.
/// What is too wide is cut off.
/// </summary>
/// <param name="picture">The picture; below an odd last row the terminal's own background shows.</param>
internal sealed class HalfBlockPicture(Bitmap picture) : Renderable
{
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
            // Pixels in a row that are alike share a segment: fewer escape sequences.
            for (int x = 0, next; x < width; x = next)
            {
                Style style = StyleAt(x, y);
                for (next = x + 1; next < width && StyleAt(next, y).Equals(style);)
                {
                    next++;
                }

                yield return new Segment(new string('▀', next - x), style);
            }

            yield return Segment.LineBreak;
        }
    }

    private Style StyleAt(int x, int y) => new(ColorAt(x, y), y + 1 < picture.Height ? ColorAt(x, y + 1) : null);

    private Color ColorAt(int x, int y)
    {
        ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan(((y * picture.Width) + x) * picture.Channels, picture.Channels);
        return new Color(pixel[0], pixel[pixel.Length / 2], pixel[^1]);
    }
}
