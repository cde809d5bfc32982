using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace MiniGan.Imaging;

/// <summary>
/// The parts that a PNG file and an animated one share (W3C Recommendation, third edition): signature, chunks, header, compressed rows.
/// </summary>
internal static class PngChunks
{
    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The signature and the header of 8-bit grey or RGB, not interlaced.</summary>
    public static void WriteHeader(Stream stream, Bitmap bitmap)
    {
        stream.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, bitmap.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], bitmap.Height);
        header[8] = 8; // bits a sample
        header[9] = (byte)(bitmap.Channels == 1 ? 0 : 2); // colour type: grey or RGB
        WriteChunk(stream, "IHDR"u8, header);
    }

    /// <summary>Rows of a rectangle, none of them filtered, as a zlib stream.</summary>
    public static MemoryStream Compress(Bitmap bitmap, int left, int top, int width, int height)
    {
        var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = top; y < top + height; y++)
            {
                deflate.WriteByte(0); // filter: none
                deflate.Write(bitmap.Pixels.AsSpan(((y * bitmap.Width) + left) * bitmap.Channels, width * bitmap.Channels));
            }
        }

        return compressed;
    }

    /// <summary>Length, type, data and checksum.</summary>
    public static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, params ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);

        var crc = new Crc32();
        crc.Append(type);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        stream.Write(number);
    }
}
