using System.Buffers.Binary;
using System.IO.Hashing;
using MiniGan.Files;

namespace MiniGan.Data;

/// <summary>
/// The last eight bytes of a gzip file (RFC 1952, section 2.3.1): CRC-32 and length of what was compressed. .NET's <c>GZipStream</c> ends in silence on a
/// truncated file and does not miss a trailer, so it is checked here; its length also bounds what is allocated before anything is decompressed.
/// </summary>
/// <param name="Crc">CRC-32 of the contents.</param>
/// <param name="Length">Length of the contents, in bytes (less than 4 GiB).</param>
internal readonly record struct GzipTrailer(uint Crc, long Length)
{
    private const int Size = 8, HeaderSize = 10;

    /// <summary>Deflate cannot compress better than 1032 to 1; a trailer that promises more is a lie.</summary>
    private const long LargestRatio = 1032;

    /// <summary>Reads the trailer of a file of one member, and leaves the stream at its start.</summary>
    public static GzipTrailer Read(string path, FileStream file)
    {
        if (file.Length < HeaderSize + Size)
        {
            throw new MalformedFileException(path, $"it is too short for a gzip file ({file.Length} bytes). It is truncated; get it anew.");
        }

        Span<byte> bytes = stackalloc byte[Size];
        file.ReadExactly(bytes[..2]);
        if (bytes[0] != 0x1F || bytes[1] != 0x8B)
        {
            throw new MalformedFileException(path, "its name ends in .gz, but it is not gzip-compressed; rename it without .gz if it is an IDX file, or get it anew.");
        }

        file.Seek(-Size, SeekOrigin.End);
        file.ReadExactly(bytes);
        file.Seek(0, SeekOrigin.Begin);
        var trailer = new GzipTrailer(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
        return trailer.Length <= file.Length * LargestRatio
            ? trailer
            : throw new MalformedFileException(path, $"its last bytes promise {trailer.Length} bytes, which {file.Length} compressed ones cannot hold. It is truncated or damaged; get it anew.");
    }

    /// <summary>Checks that the contents were these and that nothing follows them.</summary>
    public void Verify(string path, Stream contents, params ReadOnlySpan<byte[]> parts)
    {
        var crc = new Crc32();
        foreach (byte[] part in parts)
        {
            crc.Append(part);
        }

        if (crc.GetCurrentHashAsUInt32() != Crc || contents.ReadByte() >= 0)
        {
            throw new MalformedFileException(path, "its contents do not match the checksum at its end. It is truncated or damaged; get it anew.");
        }
    }
}
