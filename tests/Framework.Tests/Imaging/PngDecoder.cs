using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace MiniGan.Tests.Imaging;

/// <summary>Decodes just what the writer may write, and checks every length and checksum on the way.</summary>
internal static class PngDecoder
{
    public static (int Width, int Height, int Channels, byte[] Pixels) Decode(byte[] file)
    {
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], file[..8]);
        var chunks = new List<(string Type, byte[] Data)>();
        int at = 8;
        while (at < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            ReadOnlySpan<byte> checkedPart = file.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc32.HashToUInt32(checkedPart), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(checkedPart[..4]), checkedPart[4..].ToArray()));
            at += 12 + length;
        }

        Assert.Equal(file.Length, at);
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));
        byte[] header = chunks[0].Data;
        Assert.Equal(13, header.Length);
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        Assert.Equal((8, 0, 0, 0), (header[8], header[10], header[11], header[12]));
        int channels = header[9] switch { 0 => 1, 2 => 3, _ => throw new FormatException($"colour type {header[9]}") };

        using var inflate = new ZLibStream(new MemoryStream(chunks[1].Data), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        inflate.CopyTo(raw);
        byte[] rows = raw.ToArray();
        int rowBytes = (width * channels) + 1;
        Assert.Equal(height * rowBytes, rows.Length);
        Assert.All(Enumerable.Range(0, height), y => Assert.Equal(0, rows[y * rowBytes]));
        return (width, height, channels,
            [.. Enumerable.Range(0, height).SelectMany(y => rows[((y * rowBytes) + 1)..((y + 1) * rowBytes)])]);
    }
}
