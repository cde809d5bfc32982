using System.Buffers.Binary;
using System.Globalization;
using MiniGan.Files;
using MiniGan.Imaging;

namespace MiniGan.Data;

/// <summary>
/// Reads images from NumPy's .npy files, as <c>numpy.save</c> writes them. The reader trusts nothing: it allocates only what the file
/// really holds, and evaluates nothing.
/// </summary>
public static class NpyReader
{
    /// <summary>Bytes up to which images are kept in memory; more stay in the file, where their order is the usual one.</summary>
    internal const long MostInMemory = 1L << 30;

    /// <summary>
    /// Reads an array of uint8, or of little-endian float32 from −1 to 1, as <see cref="NpyWriter"/> writes images, which become 8-bit
    /// ones: grey images [N, H, W], or [N, H, W, C] or [N, C, H, W] with one or three channels. More than 1 GB of uint8 are left in the
    /// file, which must then stay as it is (<see cref="PixelFile"/>), unless they are channels-first.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Where the channels are; null to decide by which dimension is 1 or 3.</param>
    /// <exception cref="MalformedFileException">
    /// It is no such file, it is damaged, its array holds something else (of float32 also: nothing below 0, as images from 0 to 1 would
    /// have it), its layout cannot be told, or memory is too small for it.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImagePixels ReadImages(string path, ImageLayout? layout = null) => ReadImages(path, layout, MostInMemory);

    internal static ImagePixels ReadImages(string path, ImageLayout? layout, long mostInMemory)
    {
        using FileStream file = OrdinaryFile.OpenRead(path);
        var header = NpyHeader.Read(path, file);
        int[] dimensions = header.Dimensions;
        string product = string.Join(" × ", dimensions);
        bool areFloats = header.Type == "<f4";
        if (!areFloats && header.Type is not ("|u1" or "u1" or "<u1" or ">u1"))
        {
            throw new MalformedFileException(
                path,
                $"its elements are '{Printable.Name(header.Type)}', but images are bytes, 0 to 255 ('|u1'), or float32 from -1 to 1 " +
                "('<f4'). Save them so.");
        }

        if (dimensions.Length is not (3 or 4))
        {
            throw new MalformedFileException(
                path,
                $"it has {dimensions.Length} dimension(s), but images have three, [N, H, W], or four, [N, H, W, C] or [N, C, H, W]. " +
                "Reshape it.");
        }

        if (header.IsFortranOrder)
        {
            throw new MalformedFileException(path, "it is in Fortran's order. Save numpy.ascontiguousarray of it.");
        }

        Int128 count = dimensions.Aggregate((Int128)1, (all, dimension) => all * dimension);
        Int128 bytes = count * (areFloats ? sizeof(float) : 1);
        if (bytes != file.Length - header.Length)
        {
            throw new MalformedFileException(
                path,
                $"its header promises {product}{(areFloats ? " × 4" : "")} = {bytes} bytes, but {file.Length - header.Length} follow. " +
                "It is truncated or damaged; write it anew.");
        }

        var array = ImageArray.Of(path, dimensions, layout);
        if (count > mostInMemory && !array.IsChannelsFirst && !areFloats)
        {
            return new PixelFile(path, header.Length, array.Count, array.Shape);
        }

        MemoryLimit.Require(path, $"its {product} images", count, isOneArray: true);
        byte[] pixels = new byte[(int)count];
        if (areFloats)
        {
            ReadFloats(path, file, pixels);
        }
        else
        {
            Fill(path, file, pixels);
        }

        return array.ToImages(pixels);
    }

    /// <summary>Reads float32 from −1 to 1 as bytes, part by part.</summary>
    private static void ReadFloats(string path, FileStream file, Span<byte> pixels)
    {
        const int most = 1 << 14;
        byte[] part = new byte[most * sizeof(float)];
        float least = 1;
        for (int done = 0, length; done < pixels.Length; done += length)
        {
            length = Math.Min(most, pixels.Length - done);
            Fill(path, file, part.AsSpan(0, length * sizeof(float)));
            for (int i = 0; i < length; i++)
            {
                float value = BinaryPrimitives.ReadSingleLittleEndian(part.AsSpan(i * sizeof(float)));
                if (!(Math.Abs(value) <= 1))
                {
                    throw new MalformedFileException(
                        path,
                        $"its element {done + i} is {value.ToString(CultureInfo.InvariantCulture)}, but images of float32 are from -1 " +
                        "to 1. Scale them so, or save 0 to 255 as numpy.uint8.");
                }

                least = Math.Min(least, value);
                pixels[done + i] = ImageConversion.ToByte(value);
            }
        }

        if (least >= 0 && pixels.Length > 0)
        {
            throw new MalformedFileException(
                path,
                "none of its elements is below 0, but images of float32 are from -1 to 1. If they are from 0 to 1, save 2 * x - 1, or " +
                "numpy.uint8(255 * x + 0.5).");
        }
    }

    private static void Fill(string path, FileStream file, Span<byte> bytes)
    {
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new MalformedFileException(path, "it ended while it was read: something is writing to it.");
        }
    }
}
