using System.Diagnostics.CodeAnalysis;
using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>Images in memory, as an IDX file holds them: a byte per channel of a pixel, 0 dark to 255 bright, rows from the top.</summary>
public sealed class IdxImages : ImagePixels
{
    /// <summary>Takes grey images.</summary>
    /// <param name="count">Images, zero or more.</param>
    /// <param name="height">Rows of each, zero or more.</param>
    /// <param name="width">Columns of each, zero or more.</param>
    /// <param name="pixels">count · height · width bytes; kept, not copied.</param>
    /// <exception cref="ArgumentException">A size is negative, or the number of bytes is another.</exception>
    public IdxImages(int count, int height, int width, byte[] pixels)
        : this(count, new ImageShape(1, height, width), pixels)
    {
    }

    /// <summary>Takes images of any shape.</summary>
    /// <param name="count">Images, zero or more.</param>
    /// <param name="shape">The shape of each.</param>
    /// <param name="pixels">[Count][H][W][C]; kept, not copied.</param>
    /// <exception cref="ArgumentException">A size is negative, or the number of bytes is another.</exception>
    public IdxImages(int count, ImageShape shape, byte[] pixels)
        : base(count, shape)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if ((UInt128)count * (ulong)shape.Channels * (ulong)shape.Height * (ulong)shape.Width != (UInt128)pixels.Length)
        {
            throw new ArgumentException($"{count} images of {shape} are not {pixels.Length} bytes.", nameof(pixels));
        }

        Pixels = pixels;
    }

    /// <summary>Rows of each.</summary>
    public int Height => Shape.Height;

    /// <summary>Columns of each.</summary>
    public int Width => Shape.Width;

    /// <summary>The bytes, [Count][H][W][C].</summary>
    [SuppressMessage(
        "Performance", "CA1819:Properties should not return arrays",
        Justification = "The images are their bytes: copying them at each access would serve nobody.")]
    public byte[] Pixels { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(int index, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        int size = Shape.Count;
        return Pixels.AsSpan(index * size, size);
    }
}
