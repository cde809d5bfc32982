using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>Which images an array from a file holds: [N, H, W], [N, H, W, C] or [N, C, H, W], with C = 1 or 3.</summary>
/// <param name="Count">N.</param>
/// <param name="Shape">[C, H, W].</param>
/// <param name="IsChannelsFirst">Whether the bytes have to be put into another order.</param>
internal readonly record struct ImageArray(int Count, ImageShape Shape, bool IsChannelsFirst)
{
    /// <summary>Decides by which dimension is 1 or 3.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="dimensions">Three or four, none negative, with a product that an <see cref="int"/> or a file holds.</param>
    /// <param name="layout">Where the channels are; null to decide.</param>
    /// <exception cref="MalformedFileException">It cannot be told, or the images have other channels.</exception>
    public static ImageArray Of(string path, ReadOnlySpan<int> dimensions, ImageLayout? layout)
    {
        Int128 size = 1;
        foreach (int dimension in dimensions[1..])
        {
            size *= dimension;
        }

        if (size > Array.MaxLength)
        {
            throw new MalformedFileException(path, $"each of its images has {size} bytes, more than an array holds. Give smaller images.");
        }

        if (dimensions is [int count, int rows, int columns])
        {
            return new(count, new ImageShape(1, rows, columns), false);
        }

        bool first = layout != ImageLayout.ChannelsLast && dimensions[1] is 1 or 3,
            last = layout != ImageLayout.ChannelsFirst && dimensions[3] is 1 or 3;
        string shape = $"[{string.Join(", ", dimensions.ToArray())}]";
        if (first && last)
        {
            throw new MalformedFileException(
                path, $"its shape {shape} may be [N, H, W, C] or [N, C, H, W]. Say which: --layout channels-last or channels-first.");
        }

        if (!first && !last)
        {
            string where = layout switch
            {
                ImageLayout.ChannelsLast => "as [N, H, W, C]",
                ImageLayout.ChannelsFirst => "as [N, C, H, W]",
                _ => "as [N, H, W, C] or [N, C, H, W]",
            };
            throw new MalformedFileException(
                path,
                $"images have 1 channel (grey) or 3 (red, green, blue), but its shape {shape} has neither {where}. Give such images.");
        }

        return new(
            dimensions[0],
            first ? new(dimensions[1], dimensions[2], dimensions[3]) : new(dimensions[3], dimensions[1], dimensions[2]),
            first && dimensions[1] > 1);
    }

    /// <summary>Puts the bytes of all images in place into the order [N][H][W][C].</summary>
    /// <param name="pixels">The array.</param>
    public IdxImages ToImages(byte[] pixels)
    {
        if (IsChannelsFirst)
        {
            int size = Shape.Count, plane = Shape.Height * Shape.Width;
            byte[] planes = new byte[size];
            for (int n = 0; n < Count; n++)
            {
                Span<byte> image = pixels.AsSpan(n * size, size);
                image.CopyTo(planes);
                for (int i = 0; i < size; i++)
                {
                    image[i] = planes[(i % Shape.Channels * plane) + (i / Shape.Channels)];
                }
            }
        }

        return new IdxImages(Count, Shape, pixels);
    }
}
