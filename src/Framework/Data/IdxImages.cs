using System.Diagnostics.CodeAnalysis;

namespace MiniGan.Data;

/// <summary>Grey images as an IDX file holds them: one byte per pixel, 0 black to 255 white, rows from the top.</summary>
public sealed class IdxImages
{
    /// <summary>Takes images.</summary>
    /// <param name="count">Images, zero or more.</param>
    /// <param name="height">Rows of each, zero or more.</param>
    /// <param name="width">Columns of each, zero or more.</param>
    /// <param name="pixels">count · height · width bytes; kept, not copied.</param>
    /// <exception cref="ArgumentException">A size is negative, or the number of bytes is another.</exception>
    public IdxImages(int count, int height, int width, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (count < 0 || height < 0 || width < 0 || (Int128)count * height * width != pixels.Length)
        {
            throw new ArgumentException($"{count} images of {height}×{width} are not {pixels.Length} bytes.", nameof(pixels));
        }

        (Count, Height, Width, Pixels) = (count, height, width, pixels);
    }

    /// <summary>Images.</summary>
    public int Count { get; }

    /// <summary>Rows of each.</summary>
    public int Height { get; }

    /// <summary>Columns of each.</summary>
    public int Width { get; }

    /// <summary>The bytes, [Count][Height][Width].</summary>
    [SuppressMessage(
        "Performance", "CA1819:Properties should not return arrays",
        Justification = "The images are their bytes: copying them at each access would serve nobody.")]
    public byte[] Pixels { get; }
}
