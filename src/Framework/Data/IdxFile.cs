using System.Buffers.Binary;
using System.IO.Compression;
using MiniGan.Files;

namespace MiniGan.Data;

/// <summary>
/// The IDX format of MNIST: two zero bytes, a type, a rank, the dimensions as big-endian int32, then the elements. Read plain, or
/// compressed if the name ends in <c>.gz</c>. The reader trusts nothing: it allocates only what the file really holds.
/// </summary>
public static class IdxFile
{
    private const byte UnsignedByte = 0x08;

    private const long LongestGzip = 1L << 32; // its end is looked for behind whatever padding there is

    /// <summary>
    /// Reads images: grey ones [N, H, W] (<c>idx3-ubyte</c>), or [N, H, W, C] or [N, C, H, W] with one or three channels
    /// (<c>idx4-ubyte</c>).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Where the channels are; null to decide by which dimension is 1 or 3.</param>
    /// <exception cref="MalformedFileException">It is no IDX file of images, it is damaged, or its layout cannot be told.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IdxImages ReadImages(string path, ImageLayout? layout = null)
    {
        (int[] dimensions, byte[] pixels) = Read(path, [3, 4], "images");
        return ImageArray.Of(path, dimensions, layout).ToImages(pixels);
    }

    /// <summary>Reads labels (<c>idx1-ubyte</c>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Each label must be less than this: all that a byte can be unless given.</param>
    /// <exception cref="MalformedFileException">It is no IDX file of labels, a label is out of range, or it is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadLabels(string path, int classes = 256)
    {
        (_, byte[] labels) = Read(path, [1], "labels");
        int wrong = Array.FindIndex(labels, label => label >= classes);
        return wrong < 0
            ? labels
            : throw new MalformedFileException(
                path, $"label {wrong} is {labels[wrong]}, but labels go from 0 to {classes - 1}. Is it a file of labels?");
    }

    /// <summary>Writes images, uncompressed: grey ones as <c>idx3-ubyte</c>, others as <c>idx4-ubyte</c>, [N, H, W, C].</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="images">What.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteImages(string path, IdxImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        AtomicFile.Write(path, stream =>
        {
            WriteHeader(
                stream,
                images.Shape.Channels == 1
                    ? [images.Count, images.Height, images.Width]
                    : [images.Count, images.Height, images.Width, images.Shape.Channels]);
            stream.Write(images.Pixels);
        });
    }

    /// <summary>Writes labels (<c>idx1-ubyte</c>), uncompressed.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="labels">What.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteLabels(string path, byte[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        AtomicFile.Write(path, stream =>
        {
            WriteHeader(stream, labels.Length);
            stream.Write(labels);
        });
    }

    private static void WriteHeader(Stream stream, params ReadOnlySpan<int> dimensions)
    {
        Span<byte> number = stackalloc byte[4];
        stream.Write([0, 0, UnsignedByte, (byte)dimensions.Length]);
        foreach (int dimension in dimensions)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, dimension);
            stream.Write(number);
        }
    }

    private static (int[] Dimensions, byte[] Elements) Read(string path, int[] ranks, string what)
    {
        bool isCompressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using FileStream file = OrdinaryFile.OpenRead(path, isCompressed ? LongestGzip : long.MaxValue);
        GzipTrailer? trailer = isCompressed ? GzipTrailer.Read(path, file) : null;
        using Stream stream = trailer is null ? file : new GZipStream(file, CompressionMode.Decompress);
        try
        {
            byte[] header = ReadHeader(path, stream, ranks, what, isCompressed);
            int[] dimensions = [.. Enumerable.Range(1, header[3]).Select(i => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 * i)))];
            string product = string.Join(" × ", dimensions);
            if (dimensions.Any(dimension => dimension < 0))
            {
                throw new MalformedFileException(
                    path, $"its header asks for impossible dimensions ({product}). It is damaged; get it anew.");
            }

            // A plain file tells its length, a compressed one what it can hold at most: memory is asked for only then.
            Int128 count = dimensions.Aggregate((Int128)1, (all, dimension) => all * dimension);
            if (trailer is null ? count != file.Length - header.Length : count > trailer.MostContents)
            {
                string instead = trailer is null
                    ? $"{file.Length - header.Length} follow"
                    : $"{trailer.Length} compressed ones cannot hold as many";
                throw new MalformedFileException(
                    path, $"its header promises {product} = {count} bytes, but {instead}. It is truncated or damaged; get it anew.");
            }

            MemoryLimit.Require(path, $"its {product} {what}", count, isOneArray: true);
            byte[] elements = new byte[(int)count];
            stream.ReadExactly(elements);
            trailer?.Verify(path, stream, header, elements);
            return (dimensions, elements);
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            throw new MalformedFileException(
                path,
                trailer is null
                    ? "it ended while it was read: something is writing to it."
                    : "its compressed data is truncated or damaged; get it anew.",
                exception);
        }
    }

    private static byte[] ReadHeader(string path, Stream stream, int[] ranks, string what, bool isCompressed)
    {
        byte[] magic = new byte[4];
        int got = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (magic is [0x1F, 0x8B, ..])
        {
            throw new MalformedFileException(path, isCompressed
                ? $"it is gzip-compressed twice; decompress it once, so that it holds IDX {what}."
                : "it is still gzip-compressed; decompress it (gzip -d), or give it a name that ends in .gz.");
        }

        if (got == magic.Length && (magic[0] != 0 || magic[1] != 0))
        {
            throw new MalformedFileException(
                path, $"it is no IDX file: it starts with {Convert.ToHexString(magic)} instead of 0000{UnsignedByte:X2}{ranks[0]:X2}.");
        }

        if (got == magic.Length && (magic[2] != UnsignedByte || !ranks.Contains(magic[3])))
        {
            throw new MalformedFileException(
                path,
                $"it is an IDX file of type {magic[2]:X2} and {magic[3]} dimension(s), but {what} have type {UnsignedByte:X2} and " +
                $"{string.Join(" or ", ranks)}. Are images and labels swapped?");
        }

        byte[] header = new byte[4 + (4 * (got == magic.Length ? magic[3] : ranks[0]))];
        magic.CopyTo(header, 0);
        got += stream.ReadAtLeast(header.AsSpan(got), header.Length - got, throwOnEndOfStream: false);
        return got == header.Length
            ? header
            : throw new MalformedFileException(
                path, $"it ends after {got} bytes, within the header of {header.Length}. It is truncated, or no IDX file; get it anew.");
    }
}
