using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using MiniGan.Imaging;

namespace MiniGan.Tests.Imaging;

public sealed class AnimatedPngTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Frames_come_back_as_they_were_written(int channels)
    {
        Bitmap[] frames = [Frame(7, 5, channels, 0), Frame(7, 5, channels, 1), Changed(Frame(7, 5, channels, 1), channels),
            Changed(Frame(7, 5, channels, 1), channels)];
        using var stream = new MemoryStream();
        AnimatedPngWriter.Write(stream, frames, delay: 0.25, plays: 2);
        Decoded decoded = Decode(stream.ToArray());
        Assert.Equal((7, 5, channels, 2), (decoded.Width, decoded.Height, decoded.Channels, decoded.Plays));
        Assert.Equal(frames.Select(frame => frame.Pixels), decoded.Frames);
        Assert.All(decoded.Delays, delay => Assert.Equal(0.25, delay));

        // A frame holds only what changed: two pixels across three rows, then nothing at all.
        Assert.Equal((3, 1, 2, 3), decoded.Rectangles[2]);
        Assert.Equal((0, 0, 1, 1), decoded.Rectangles[3]);
    }

    [Fact]
    public void Without_the_animation_it_is_a_png_of_the_first_frame()
    {
        Bitmap[] frames = [Frame(4, 3, 3, 0), Frame(4, 3, 3, 1)];
        using var animated = new MemoryStream();
        AnimatedPngWriter.Write(animated, frames, 1);
        using var plain = new MemoryStream();
        PngWriter.Write(plain, frames[0]);
        Assert.Equal(
            Chunks(plain.ToArray()).Select(chunk => (chunk.Type, Convert.ToHexString(chunk.Data))),
            Chunks(animated.ToArray()).Where(chunk => char.IsUpper(chunk.Type[0])).Select(chunk =>
                (chunk.Type, Convert.ToHexString(chunk.Data))));
    }

    [Fact]
    public void A_file_is_written_whole()
    {
        using var folder = new TemporaryFolder();
        AnimatedPngWriter.Write(folder["a/b.png"], [Frame(3, 2, 1, 0)], 0.1);
        Assert.Single(Decode(File.ReadAllBytes(folder["a/b.png"])).Frames);
        Assert.Throws<ArgumentException>(() => AnimatedPngWriter.Write(folder["c/d.png"], [], 0.1));
        Assert.False(Directory.Exists(folder["c"]));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Bitmap frame = Frame(3, 2, 1, 0);
        Assert.Throws<ArgumentException>(() => AnimatedPngWriter.Write(new MemoryStream(), [], 1));
        Assert.Throws<ArgumentException>(() => AnimatedPngWriter.Write(new MemoryStream(), [frame, Frame(2, 3, 1, 0)], 1));
        Assert.Throws<ArgumentException>(() => AnimatedPngWriter.Write(new MemoryStream(), [frame, Frame(3, 2, 3, 0)], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnimatedPngWriter.Write(new MemoryStream(), [frame], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnimatedPngWriter.Write(new MemoryStream(), [frame], double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnimatedPngWriter.Write(new MemoryStream(), [frame], 66));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnimatedPngWriter.Write(new MemoryStream(), [frame], 1, -1));
        Assert.Throws<ArgumentNullException>(() => AnimatedPngWriter.Write(new MemoryStream(), null!, 1));
        Assert.Throws<ArgumentNullException>(() => AnimatedPngWriter.Write((Stream)null!, [frame], 1));
    }

    private sealed record Decoded(
        int Width, int Height, int Channels, int Plays, List<byte[]> Frames, List<double> Delays,
        List<(int Left, int Top, int Width, int Height)> Rectangles);

    private static Bitmap Frame(int width, int height, int channels, int seed) =>
        new(width, height, channels, [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)((i * 31) + (seed * 57)))]);

    private static Bitmap Changed(Bitmap bitmap, int channels)
    {
        foreach ((int x, int y) in new[] { (3, 1), (4, 3) })
        {
            bitmap.Pixels[(((y * bitmap.Width) + x) * channels) + channels - 1] ^= 255;
        }

        return bitmap;
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], file[..8]);
        var chunks = new List<(string, byte[])>();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            ReadOnlySpan<byte> checkedPart = file.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc32.HashToUInt32(checkedPart), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(checkedPart[..4]), checkedPart[4..].ToArray()));
            at += 12 + length;
        }

        return chunks;
    }

    /// <summary>
    /// Decodes as a viewer does: each rectangle onto what was there. Checks the order and the sequence numbers on the way.
    /// </summary>
    private static Decoded Decode(byte[] file)
    {
        List<(string Type, byte[] Data)> chunks = Chunks(file);
        Assert.Equal(
            ("IHDR", "acTL", "fcTL", "IDAT", "IEND"), (chunks[0].Type, chunks[1].Type, chunks[2].Type, chunks[3].Type, chunks[^1].Type));
        int width = Number(chunks[0].Data, 0), height = Number(chunks[0].Data, 4), channels = chunks[0].Data[9] == 2 ? 3 : 1;
        var decoded = new Decoded(width, height, channels, Number(chunks[1].Data, 4), [], [], []);
        byte[] screen = new byte[width * height * channels];
        int sequence = 0;
        for (int i = 2; i < chunks.Count - 1; i += 2)
        {
            byte[] control = chunks[i].Data;
            Assert.Equal(("fcTL", 26, sequence++), (chunks[i].Type, control.Length, Number(control, 0)));
            (int w, int h, int left, int top) = (Number(control, 4), Number(control, 8), Number(control, 12), Number(control, 16));
            Assert.Equal((0, 0), (control[24], control[25]));
            decoded.Rectangles.Add((left, top, w, h));
            decoded.Delays.Add(
                BinaryPrimitives.ReadUInt16BigEndian(control.AsSpan(20))
                    / (double)BinaryPrimitives.ReadUInt16BigEndian(control.AsSpan(22)));
            byte[] data = chunks[i + 1].Data;
            if (i > 2)
            {
                Assert.Equal(("fdAT", sequence++), (chunks[i + 1].Type, Number(data, 0)));
                data = data[4..];
            }

            using var inflate = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            using var raw = new MemoryStream();
            inflate.CopyTo(raw);
            byte[] rows = raw.ToArray();
            Assert.Equal(h * ((w * channels) + 1), rows.Length);
            for (int y = 0; y < h; y++)
            {
                Assert.Equal(0, rows[y * ((w * channels) + 1)]);
                rows.AsSpan((y * ((w * channels) + 1)) + 1, w * channels).CopyTo(screen.AsSpan((((top + y) * width) + left) * channels));
            }

            decoded.Frames.Add([.. screen]);
        }

        Assert.Equal(decoded.Frames.Count, Number(chunks[1].Data, 0));
        return decoded;
    }

    private static int Number(byte[] data, int at) => BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(at));
}
