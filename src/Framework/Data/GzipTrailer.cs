using System.Buffers.Binary;
using System.IO.Hashing;
using MiniGan.Files;

namespace MiniGan.Data;

/// <summary>
/// The end of a gzip file (RFC 1952): its last member's CRC-32 and length, behind which there may be zeros, as on tapes. .NET's
/// <c>GZipStream</c> reads members one after the other and checks each trailer that is there; but it ends in silence where the file does,
/// and at whatever is no member. So the last trailer is checked here against the last bytes that came out.
/// </summary>
/// <param name="Tail">
/// The last bytes of the file that are not padding, with up to as many zeros behind as may belong to the trailer.
/// </param>
/// <param name="Zeros">Of them, the zeros at the end.</param>
/// <param name="Length">Bytes of the file but for padding.</param>
internal sealed record GzipTrailer(byte[] Tail, int Zeros, long Length)
{
    private const int Size = 8, Block = 1 << 16;

    /// <summary>Deflate cannot compress better than 1032 to 1: more contents than this are a lie.</summary>
    private const long LargestRatio = 1032;

    /// <summary>The most bytes that the file can hold.</summary>
    public long MostContents => Length * LargestRatio;

    /// <summary>Reads the end of a file, and leaves the stream at its start.</summary>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="MalformedFileException">It is no gzip file.</exception>
    public static GzipTrailer Read(string path, FileStream file)
    {
        if (file.ReadByte() != 0x1F || file.ReadByte() != 0x8B)
        {
            throw new MalformedFileException(
                path, "its name ends in .gz, but it is not gzip-compressed; rename it without .gz if it is an IDX file, or get it anew.");
        }

        // Behind the last byte that is not zero, an empty member still has a zero of its contents and eight of its trailer.
        long last = LastNonZero(file), end = Math.Min(file.Length, last + 1 + 1 + Size), begin = Math.Max(0, last + 1 - Size);
        byte[] tail = new byte[end - begin];
        file.Position = begin;
        file.ReadExactly(tail);
        file.Position = 0;
        return new GzipTrailer(tail, (int)(end - last - 1), end);
    }

    /// <summary>Checks that the contents were whole.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="contents">The decompressed stream, at the end of the contents.</param>
    /// <param name="first">Their first part.</param>
    /// <param name="second">The rest of them.</param>
    /// <exception cref="MalformedFileException">They were cut or damaged, or something follows them.</exception>
    public void Verify(string path, Stream contents, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        bool ended = contents.ReadByte() < 0, whole = false;
        for (int padding = 0; ended && !whole && padding <= Zeros; padding++)
        {
            whole = IsTrailer(Tail.AsSpan(0, Tail.Length - padding), first, second);
        }

        if (!whole)
        {
            throw new MalformedFileException(
                path, "its contents do not match the checksum at its end. It is truncated or damaged; get it anew.");
        }
    }

    private static bool IsTrailer(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        ReadOnlySpan<byte> trailer = tail[^Size..]; // header and contents are longer: a file without them is refused before
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        if (length == 0)
        {
            // An empty member: its one block, then zeros, which alone could be padding.
            return tail is [.., 0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];
        }

        if (length > (long)first.Length + second.Length)
        {
            return false;
        }

        var crc = new Crc32();
        crc.Append(first[^(int)Math.Max(0, length - second.Length)..]);
        crc.Append(second[^(int)Math.Min(length, second.Length)..]);
        return crc.GetCurrentHashAsUInt32() == BinaryPrimitives.ReadUInt32LittleEndian(trailer);
    }

    private static long LastNonZero(FileStream file)
    {
        byte[] block = new byte[Block];
        for (long end = file.Length; end > 0;)
        {
            int count = (int)Math.Min(Block, end);
            file.Position = end -= count;
            file.ReadExactly(block, 0, count);
            int at = block.AsSpan(0, count).LastIndexOfAnyExcept((byte)0);
            if (at >= 0)
            {
                return end + at;
            }
        }

        return 0;
    }
}
