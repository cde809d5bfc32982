using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>
/// Images of 8 bits, of one shape, wherever their bytes are: in memory (<see cref="IdxImages"/>) or in a file (<see cref="PixelFile"/>).
/// An image is [H][W][C], a byte per channel of a pixel, 0 dark to 255 bright, rows from the top.
/// </summary>
public abstract class ImagePixels
{
    /// <summary>Says what there is.</summary>
    /// <param name="count">Images, zero or more.</param>
    /// <param name="shape">The shape of each; no side is negative.</param>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    protected ImagePixels(int count, ImageShape shape)
    {
        if (count < 0 || shape.Channels < 0 || shape.Height < 0 || shape.Width < 0)
        {
            throw new ArgumentException($"Sizes are at least 0, but there are {count} images of {shape}.", nameof(shape));
        }

        (Count, Shape) = (count, shape);
    }

    /// <summary>Images.</summary>
    public int Count { get; }

    /// <summary>The shape of each: [C, H, W].</summary>
    public ImageShape Shape { get; }

    /// <summary>The bytes of an image, [H][W][C]. May be called by several threads, each with a buffer of its own.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <param name="buffer">As many bytes as an image has; overwritten if they are not in memory.</param>
    /// <returns>The bytes, which may be in the buffer; they must not be changed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public abstract ReadOnlySpan<byte> Read(int index, Span<byte> buffer);
}
