using System.Buffers.Binary;
using System.IO.Compression;
using MiniGan.Files;

namespace MiniGan.Data;

/// <summary>
/// The IDX format of MNIST: two zero bytes, a type, a rank, the dimensions as big-endian int32, then the elements. Read plain, or compressed if the
/// name ends in <c>.gz</c>. The reader trusts nothing: it allocates only what the file really holds.
/// </summary>
public static class IdxFile
{
    private const byte UnsignedByte = 0x08;

    /// <summary>Reads images (<c>idx3-ubyte</c>).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is no IDX file of images, or it is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IdxImages ReadImages(string path)
    {
        (int[] dimensions, byte[] pixels) = Read(path, rank: 3, "images");
        return new IdxImages(dimensions[0], dimensions[1], dimensions[2], pixels);
    }

    /// <summary>Reads labels (<c>idx1-ubyte</c>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Each label must be less than this.</param>
    /// <exception cref="MalformedFileException">It is no IDX file of labels, a label is out of range, or it is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadLabels(string path, int classes = 10)
    {
        (_, byte[] labels) = Read(path, rank: 1, "labels");
        int wrong = Array.FindIndex(labels, label => label >= classes);
        return wrong < 0
            ? labels
            : throw new MalformedFileException(path, $"label {wrong} is {labels[wrong]}, but labels go from 0 to {classes - 1}. Is it a file of labels?");
    }

    /// <summary>Writes images (<c>idx3-ubyte</c>), uncompressed.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="images">What.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteImages(string path, IdxImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        AtomicFile.Write(path, stream =>
        {
            WriteHeader(stream, images.Count, images.Height, images.Width);
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

    private static (int[] Dimensions, byte[] Elements) Read(string path, int rank, string what)
    {
        using FileStream file = OrdinaryFile.OpenRead(path);
        bool compressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        GzipTrailer? trailer = compressed ? GzipTrailer.Read(path, file) : null;
        using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            byte[] header = new byte[4 + (4 * rank)];
            int got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (got >= 2 && header[0] == 0x1F && header[1] == 0x8B)
            {
                throw new MalformedFileException(path, compressed
                    ? $"it is gzip-compressed twice; decompress it once, so that it holds IDX {what}."
                    : "it is still gzip-compressed; decompress it (gzip -d), or give it a name that ends in .gz.");
            }

            if (got < header.Length)
            {
                throw new MalformedFileException(path, $"it ends after {got} bytes, within the header of {header.Length}. It is truncated, or no IDX file; get it anew.");
            }

            if (header[0] != 0 || header[1] != 0)
            {
                throw new MalformedFileException(path, $"it is no IDX file: it starts with {Convert.ToHexString(header.AsSpan(0, 4))} instead of 0000{UnsignedByte:X2}{rank:X2}.");
            }

            if (header[2] != UnsignedByte || header[3] != rank)
            {
                throw new MalformedFileException(path, $"it is an IDX file of type {header[2]:X2} and {header[3]} dimension(s), but {what} have type {UnsignedByte:X2} and {rank}. Are images and labels swapped?");
            }

            int[] dimensions = new int[rank];
            long count = 1;
            for (int i = 0; i < rank; i++)
            {
                dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 + (4 * i)));
                if (dimensions[i] < 0 || (count *= dimensions[i]) > Array.MaxLength)
                {
                    throw new MalformedFileException(path, $"its header asks for impossible dimensions ({string.Join(" × ", dimensions[..(i + 1)])} …). It is damaged; get it anew.");
                }
            }

            long payload = (trailer?.Length ?? file.Length) - header.Length;
            if (count != payload)
            {
                throw new MalformedFileException(path, $"its header promises {string.Join(" × ", dimensions)} = {count} bytes, but {payload} follow. It is truncated or damaged; get it anew.");
            }

            byte[] elements = new byte[count];
            stream.ReadExactly(elements);
            trailer?.Verify(path, stream, header, elements);
            return (dimensions, elements);
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            throw new MalformedFileException(path, "its compressed data is truncated or damaged; get it anew.", exception);
        }
    }
}
