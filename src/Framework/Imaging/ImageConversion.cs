using MiniGan.Tensors;

namespace MiniGan.Imaging;

/// <summary>From tensors of images in [−1, 1] to bytes.</summary>
/// <example>
/// <code>
/// var images = new Tensor(new Shape(64, 1, 28, 28)); // zeros: mid-grey
/// Bitmap grid = ImageConversion.Grid(images, columns: 8); // in eight rows of eight
/// </code>
/// </example>
public static class ImageConversion
{
    /// <summary>round((x + 1) · 127.5), values outside [−1, 1] clipped, NaN to 0.</summary>
    /// <param name="images">images: [N, C, H, W].</param>
    /// <returns>N · H · W · C bytes, [N][H][W][C].</returns>
    public static byte[] ToBytes(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        byte[] bytes = new byte[images.Shape.Count];
        ReadOnlySpan<float> values = images.Span;
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = ToByte(values[i]);
        }

        return bytes;
    }

    /// <summary>round((x + 1) · 127.5), clipped. Math.Clamp passes NaN on, and a conversion of NaN saturates to 0.</summary>
    internal static byte ToByte(float x) => (byte)Math.Round(Math.Clamp((x + 1) * 127.5f, 0, 255));

    /// <summary>One picture of many images, row by row, with a dark gap between them.</summary>
    /// <param name="images">images: [N, 1 or 3, H, W] in [−1, 1], at least one.</param>
    /// <param name="columns">Images in a row, at least 1; the last row may be short.</param>
    /// <param name="gap">Pixels between images and around them, zero or more.</param>
    /// <exception cref="ArgumentException">The images are no pictures, or there are none.</exception>
    public static Bitmap Grid(Tensor images, int columns, int gap = 2)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        Shape shape = images.Shape;
        if (shape.Rank != 4 || shape.Count == 0 || shape.C is not (1 or 3))
        {
            throw new ArgumentException($"A grid is made of images [N, 1 or 3, H, W], at least one, but got {shape}.", nameof(images));
        }

        columns = Math.Min(columns, shape.N);
        int rows = (shape.N + columns - 1) / columns;
        int width = gap + (columns * (shape.W + gap)), height = gap + (rows * (shape.H + gap));
        byte[] source = ToBytes(images), target = new byte[checked(width * height * shape.C)];
        int rowBytes = shape.W * shape.C;
        for (int n = 0; n < shape.N; n++)
        {
            int left = gap + (n % columns * (shape.W + gap)), top = gap + (n / columns * (shape.H + gap));
            for (int y = 0; y < shape.H; y++)
            {
                source.AsSpan(((n * shape.H) + y) * rowBytes, rowBytes).CopyTo(target.AsSpan((((top + y) * width) + left) * shape.C));
            }
        }

        return new Bitmap(width, height, shape.C, target);
    }
}
