using System.Buffers.Binary;
using System.IO.Compression;
using MiniGan.Files;
using MiniGan.ImageSharp;
using MiniGan.Imaging;

namespace MiniGan.Tests.Pictures;

public sealed class PictureReaderTests
{
    private const int Size = 28;

    private static readonly PictureOptions Grey = new() { Size = (Size, Size), Channels = 1 };

    public static TheoryData<string> Samples => [.. PictureSamples.All.Keys];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_picture_is_read_whole_and_at_no_other_length(string sample)
    {
        byte[] file = PictureSamples.All[sample];
        Assert.Equal(Size * Size, Read(file).Length);
        Assert.True(Read(file).Distinct().Count() > 1);
        for (int length = 1; length < file.Length; length++)
        {
            AssertRefused(["not a picture", "damaged"], file[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_follows_a_picture_does_not_matter(string sample)
    {
        if (sample != "webp, extended") // all that follows is taken for parts of it
        {
            byte[] file = PictureSamples.All[sample];
            Assert.Equal(Read(file), Read([.. file, 0, 0x3B, 7, 7, 7]));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Whatever_is_changed_it_is_read_or_refused_in_a_line(string sample)
    {
        var random = new Random(1);
        byte[] whole = PictureSamples.All[sample];
        for (int i = 0; i < 400; i++)
        {
            byte[] file = [.. whole];
            for (int changes = random.Next(1, 5); changes > 0; changes--)
            {
                // The headers, at the beginning, are what most is built upon.
                int at = random.Next(random.Next(2) == 0 ? Math.Min(64, file.Length) : file.Length);
                file[at] = random.Next(3) switch { 0 => (byte)(file[at] ^ (1 << random.Next(8))), 1 => 0xFF, _ => (byte)random.Next(256) };
            }

            try
            {
                Assert.Equal(Size * Size, Read(file).Length);
            }
            catch (MalformedFileException exception)
            {
                Assert.Single(exception.Message.Split('\n'));
                Assert.StartsWith("file: ", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Only_the_formats_that_are_named_are_read()
    {
        AssertRefused(["not a picture: PNG, JPEG, GIF, BMP and WebP are read."], PictureSamples.Tiff());
        AssertRefused(["not a picture: "], "hello"u8.ToArray());
        AssertRefused(["not a picture: "], [0]);
    }

    [Fact]
    public void A_file_that_promises_too_many_pixels_is_refused()
    {
        AssertRefused(["too large: 100000×100000, at most 64,000,000 pixels"], Png(100_000, 100_000, new byte[100]));
        AssertRefused(["too large: 65535×65535, at most 64,000,000 pixels"], Gif(65_535, 65_535));
        AssertRefused(["too large: 8001×8000"], Png(8001, 8000, new byte[100]));

        // A second header, larger than that which is looked at first.
        byte[] small = Png(10, 10, []), large = Png(60_000, 60_000, new byte[100]);
        AssertRefused(["too large", "damaged"], [.. small.AsSpan(0, 33), .. large.AsSpan(8)]);
    }

    [Fact]
    public void A_progressive_picture_of_countless_scans_is_refused()
    {
        byte[] file = [.. PictureSamples.All["jpeg, progressive"]];
        int size = IndexOf(file, [0xFF, 0xC2]) + 5, scan = IndexOf(file, [0xFF, 0xDA]), next = scan + IndexOf(file[scan..], [0xFF, 0xC4]);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(size), (8000 << 16) | 8000);
        IEnumerable<byte> scans = Enumerable.Repeat(file[scan..next], 101).SelectMany(bytes => bytes);
        AssertRefused(["too large: 8000×8000 in 101 scans"], [.. file[..scan], .. scans, 0xFF, 0xD9]);
    }

    [Fact]
    public void A_very_long_picture_takes_no_more_memory_than_its_pixels()
    {
        Assert.Equal(Size * Size, Read(Png(1, 5_000_000, new byte[10_000_000])).Length);
    }

    [Fact]
    public void A_chunk_that_is_longer_than_its_file_is_refused_before_it_is_decoded()
    {
        byte[] extended = [.. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 9, 0, 0, .. "ABCD"u8, 0xF8, 0xFF, 0xFF, 0xFF];
        Assert.Null(AssertRefused(["damaged"], [.. "RIFF"u8, .. LittleEndian(extended.Length), .. extended]).InnerException);
    }

    [Fact]
    public void A_chunk_of_odd_length_is_padded()
    {
        byte[] extended = [.. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 12, 0, 0, .. "ABCD"u8, 3, 0, 0, 0, 1, 2, 3, 0];
        byte[] picture = PictureSamples.All["webp, lossless"], body = [.. extended, .. picture.AsSpan(12)];
        Assert.Equal(Read(picture), Read([.. "RIFF"u8, .. LittleEndian(body.Length), .. body]));
    }

    [Fact]
    public void Colours_that_are_said_to_fill_gigabytes_are_not_allocated()
    {
        byte[] file = PictureSamples.All["bmp, 8"].ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 0x40000000);
        long before = GC.GetTotalAllocatedBytes();
        AssertRefused(["damaged"], file);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1 << 24);
    }

    [Fact]
    public void Compressed_remarks_are_not_unpacked()
    {
        byte[] png = Png(4, 4, new byte[20]), remark = Chunk("zTXt", [.. "a\0\0"u8, .. Zlib(new byte[1 << 26])]);
        long before = GC.GetTotalAllocatedBytes();
        Assert.Equal(Size * Size, Read([.. png.AsSpan(0, 33), .. remark, .. png.AsSpan(33)]).Length);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1 << 24);
    }

    [Fact]
    public void An_animated_webp_is_said_not_to_be_read()
    {
        byte[] body = [.. "WEBPVP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 9, 0, 0, .. "ANIM"u8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] file = [.. "RIFF"u8, .. LittleEndian(body.Length), .. body];
        AssertRefused(["damaged, or of a kind that is not read, such as an animated WebP"], file);
    }

    [Fact]
    public void It_can_be_ended()
    {
        var ended = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => PictureReader.Read("file", PictureSamples.All["jpeg"], Grey, ended));
    }

    [Theory]
    [InlineData(1, 5, 3)]
    [InlineData(3, 4, 7)]
    public void A_file_is_read_as_it_is(int channels, int width, int height)
    {
        using var folder = new TemporaryFolder();
        byte[] pixels = [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)(i * 37))];
        PngWriter.Write(folder["x.png"], new Bitmap(width, height, channels, pixels));
        Bitmap read = PictureReader.Read(folder["x.png"]);
        Assert.Equal((width, height, channels), (read.Width, read.Height, read.Channels));
        Assert.Equal(pixels, read.Pixels);
        PngWriter.Write(folder["long.png"], new Bitmap(4097, 1, 1, new byte[4097]));
        Assert.Contains(
            "at most 4096", Assert.Throws<MalformedFileException>(() => PictureReader.Read(folder["long.png"])).Message,
            StringComparison.Ordinal);
        Assert.Throws<MalformedFileException>(() => PictureReader.Read(folder["missing.png"]));
    }

    private static byte[] Read(byte[] file) => PictureReader.Read("file", file, Grey, default);

    private static MalformedFileException AssertRefused(string[] expected, byte[] file)
    {
        MalformedFileException exception = Assert.Throws<MalformedFileException>(() => Read(file));
        Assert.Contains(expected, text => exception.Message.StartsWith($"file: {text}", StringComparison.Ordinal));
        return exception;
    }

    private static int IndexOf(byte[] bytes, ReadOnlySpan<byte> part) => bytes.AsSpan().IndexOf(part);

    private static byte[] Gif(int width, int height)
    {
        byte[] size = LittleEndian(width | (height << 16)), colours = [0, 0, 0, 255, 255, 255];
        return [.. "GIF89a"u8, .. size, 0x80, 0, 0, .. colours, 0x2C, 0, 0, 0, 0, .. size, 0, 2, 1, 5, 0, 0x3B];
    }

    private static byte[] Png(int width, int height, byte[] rows)
    {
        byte[] header = [.. BigEndian(width), .. BigEndian(height), 8, 0, 0, 0, 0];
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", Zlib(rows)), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(name), .. data];
        return [.. BigEndian(data.Length), .. named, .. BigEndian((int)System.IO.Hashing.Crc32.HashToUInt32(named))];
    }

    private static byte[] Zlib(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
        {
            zlib.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static byte[] BigEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] LittleEndian(int value) => BitConverter.GetBytes(value);
}
