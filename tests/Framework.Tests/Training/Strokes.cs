using MiniGan.Data;
using MiniGan.Tensors;

namespace MiniGan.Tests.Training;

/// <summary>Images to learn from without a file.</summary>
internal static class Strokes
{
    /// <summary>White bars on black, at different places: what a digit's stroke looks like from afar.</summary>
    public static ImageDataset Make(int count)
    {
        byte[] pixels = new byte[count * 28 * 28];
        var random = new RandomSource(1, "strokes");
        for (int i = 0; i < count; i++)
        {
            int left = 5 + random.NextInt(14), top = 3 + random.NextInt(6);
            for (int y = top; y < top + 16; y++)
            {
                pixels.AsSpan((((i * 28) + y) * 28) + left, 4).Fill(255);
            }
        }

        return new ImageDataset(new IdxImages(count, 28, 28, pixels), [.. Enumerable.Range(0, count).Select(i => i % 10)]);
    }
}
