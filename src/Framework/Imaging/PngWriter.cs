using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using MiniGan.Files;

namespace MiniGan.Imaging;

/// <summary>Writes PNG files (W3C Recommendation, third edition): 8-bit grey or RGB, not interlaced.</summary>
public static class PngWriter
{
    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes a picture to a file.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="bitmap">What.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, Bitmap bitmap) => AtomicFile.Write(path, stream => Write(stream, bitmap));

    /// <summary>Writes a picture to a stream.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="bitmap">What.</param>
    public static void Write(Stream stream, Bitmap bitmap)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(bitmap);
        stream.Write(Signature);

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, bitmap.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], bitmap.Height);
        header[8] = 8; // bits a sample
        header[9] = (byte)(bitmap.Channels == 1 ? 0 : 2); // colour type: grey or RGB
        WriteChunk(stream, "IHDR"u8, header);

        using var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            int rowBytes = bitmap.Width * bitmap.Channels;
            for (int y = 0; y < bitmap.Height; y++)
            {
                deflate.WriteByte(0); // filter: none
                deflate.Write(bitmap.Pixels.AsSpan(y * rowBytes, rowBytes));
            }
        }

        WriteChunk(stream, "IDAT"u8, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
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
