using System.Buffers.Binary;
using System.Text;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Tests.Data;

public sealed class NpyReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("(2, 5, 4)", 1, 5, 4)]
    [InlineData("(2, 5, 4, 1)", 1, 5, 4)]
    [InlineData("(2, 1, 5, 4)", 1, 5, 4)]
    [InlineData("(2, 5, 4, 3)", 3, 5, 4)]
    [InlineData("(2, 3, 5, 4)", 3, 5, 4)]
    [InlineData("(0, 3, 5, 4)", 3, 5, 4)]
    [InlineData("(2, 3, 5, 1)", 3, 5, 1, ImageLayout.ChannelsFirst)]
    [InlineData("(2, 3, 5, 1)", 1, 3, 5, ImageLayout.ChannelsLast)]
    [InlineData("(2, 3, 5, 3)", 3, 5, 3, ImageLayout.ChannelsFirst)]
    public void The_dimension_that_is_1_or_3_is_the_channels_and_an_option_decides_between_two(
        string shape, int channels, int height, int width, ImageLayout? layout = null)
    {
        int count = shape.StartsWith("(0", StringComparison.Ordinal) ? 0 : 2;
        byte[] pixels = [.. Enumerable.Range(0, count * channels * height * width).Select(i => (byte)(i + 1))];
        ImagePixels images = NpyReader.ReadImages(Write(shape, pixels), layout);
        Assert.Equal((count, new ImageShape(channels, height, width)), (images.Count, images.Shape));
        bool isFirst = layout == ImageLayout.ChannelsFirst || (shape.StartsWith("(2, 3", StringComparison.Ordinal) && layout is null);
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<byte> image = images.Read(n, new byte[images.Shape.Count]);
            for (int i = 0; i < image.Length; i++)
            {
                int at = isFirst ? (i % channels * height * width) + (i / channels) : i;
                Assert.Equal(pixels[(n * image.Length) + at], image[i]);
            }
        }
    }

    [Fact]
    public void A_batch_has_each_channel_where_the_array_has_it()
    {
        byte[] pixels = [.. Enumerable.Range(0, 24).Select(i => (byte)(10 * i))];
        var batch = new Tensor(new Shape(1, 3, 2, 4));
        new ImageDataset(NpyReader.ReadImages(Write("(1, 3, 2, 4)", pixels))).CopyTo([0], batch);
        for (int i = 0; i < 24; i++)
        {
            Assert.Equal((pixels[i] / 127.5f) - 1, batch[0, i / 8, i / 4 % 2, i % 4], 1e-6f);
        }
    }

    [Theory]
    [InlineData(2, 1, 5, 4)]
    [InlineData(2, 3, 5, 4)]
    [InlineData(9, 1, 5, 4)] // more than should be in memory, and in order
    [InlineData(7, 3, 37, 41)] // more than the reader takes at a time
    [InlineData(0, 3, 5, 4)]
    public void Images_that_were_written_as_floats_are_the_8_bit_ones_of_a_picture(int n, int c, int h, int w)
    {
        var images = new Tensor(new Shape(n, c, h, w));
        new RandomSource(1, "floats").FillUniform(images.Span, -1, 1);
        if (n > 0)
        {
            (images[0, 0, 0, 0], images[0, 0, 0, 1]) = (-1, 1);
        }

        NpyWriter.Write(folder["floats.npy"], images.Shape, [images]);
        var read = Assert.IsType<IdxImages>(NpyReader.ReadImages(folder["floats.npy"], null, mostInMemory: 100));
        Assert.Equal((n, new ImageShape(c, h, w)), (read.Count, read.Shape));
        Assert.Equal(ImageConversion.ToBytes(images), read.Pixels);
    }

    [Theory]
    [InlineData("(2, 2, 3)", 1)]
    [InlineData("(1, 2, 2, 3)", 3)]
    public void Floats_may_have_any_layout(string shape, int channels)
    {
        float[] values = [.. Enumerable.Range(0, 12).Select(i => (i / 6f) - 1)];
        string path = Write(
            "", [.. values.SelectMany(BitConverter.GetBytes)], 1, $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
        var read = Assert.IsType<IdxImages>(NpyReader.ReadImages(path));
        Assert.Equal(channels, read.Shape.Channels);
        Assert.Equal(values.Select(value => (byte)Math.Round((value + 1) * 127.5)), read.Pixels); // where the file has them
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 128; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertRefused($"= 48 bytes, but {length - 128} follow", path);
        }
    }

    [Theory]
    [InlineData("element 3 is 1.0000001, but images of float32 are from -1 to 1", 1.0000001f)]
    [InlineData("element 3 is -2.5,", -2.5f)]
    [InlineData("element 3 is NaN,", float.NaN)]
    [InlineData("none of its elements is below 0", 0.5f)]
    public void Floats_that_are_no_images_from_minus_1_to_1_are_refused_in_a_line(string expected, float value)
    {
        byte[] elements = [.. new[] { 0, 1, 0, value }.SelectMany(BitConverter.GetBytes)];
        AssertRefused(expected, Write("", elements, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2), }"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_versions_are_read_and_entries_in_any_order(byte version)
    {
        string path = Write("", [7, 8], version, "{'shape':(2,1,1),'fortran_order':False,'descr':'<u1'}");
        Assert.Equal([7, 8], Assert.IsType<IdxImages>(NpyReader.ReadImages(path)).Pixels);
    }

    [Theory]
    [InlineData("may be [N, H, W, C] or [N, C, H, W]", "(1, 3, 1, 3)")]
    [InlineData("may be", "(1, 1, 9, 1)")]
    [InlineData("neither as [N, H, W, C] or [N, C, H, W]", "(1, 2, 3, 2)", 12)]
    [InlineData("2 dimension(s)", "(1, 9)")]
    [InlineData("1 dimension(s)", "(9,)")]
    [InlineData("0 dimension(s)", "()")]
    [InlineData("33 dimension(s)", "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)")]
    [InlineData("promises 1 × 3 × 4 = 12 bytes, but 9 follow", "(1, 3, 4)")]
    [InlineData("promises", "(2147483647, 2147483647, 2147483647)")]
    [InlineData("promises", "(2147483647, 2147483647, 2147483647, 2147483647)")]
    [InlineData("not the dictionary", "(1, 3, 2147483648)")]
    [InlineData("not the dictionary", "(1, 3, -3)")]
    [InlineData("not the dictionary", "(1, 3, 3")]
    [InlineData("not the dictionary", "(1,, 3, 3)")]
    [InlineData("not the dictionary", "[1, 3, 3]")]
    [InlineData("not the dictionary", "(1, 3, 3), 'shape': (1, 3, 3)")]
    [InlineData("not the dictionary", "(1, 3, 3), 'more': 1")]
    [InlineData("not the dictionary", "__import__('os')")]
    public void Another_shape_is_refused_in_a_line(string expected, string shape, int bytes = 9) =>
        AssertRefused(expected, Write(shape, new byte[bytes]));

    [Theory]
    [InlineData("'<f8', but images are bytes", "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3, 3), }")]
    [InlineData("'>f4', but images are bytes", "{'descr': '>f4', 'fortran_order': False, 'shape': (1, 3, 3), }")]
    [InlineData("promises 1 × 3 × 3 × 4 = 36 bytes, but 9 follow", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 3), }")]
    [InlineData("'|O', but", "{'descr': '|O', 'fortran_order': False, 'shape': (1, 3, 3), }")]
    [InlineData("'|b1', but", "{'descr': '|b1', 'fortran_order': False, 'shape': (1, 3, 3), }")]
    [InlineData("('a', '|u1')]', but", "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (1, 3, 3), }")]
    [InlineData("ascontiguousarray", "{'descr': '|u1', 'fortran_order': True, 'shape': (1, 3, 3), }")]
    [InlineData("not the dictionary", "{'descr': '|u1', 'fortran_order': 0, 'shape': (1, 3, 3), }")]
    [InlineData("not the dictionary", "{'descr': '|u1', 'shape': (1, 3, 3), }")]
    [InlineData("not the dictionary", "{'descr': '|u1' 'fortran_order': False, 'shape': (1, 3, 3), }")]
    [InlineData("not the dictionary", "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 3, 3), } + x")]
    [InlineData("not the dictionary", "{'descr': |u1], 'fortran_order': False, 'shape': (1, 3, 3), }")]
    [InlineData("not the dictionary", "{'descr': '|u1")]
    [InlineData("not the dictionary", "{'descr': [('a', '|u1')")]
    [InlineData("not the dictionary", "{'descr':")]
    [InlineData("not the dictionary", "{'shape': (1, 3, 3")]
    [InlineData("not the dictionary", "{'shape': )")]
    [InlineData("not the dictionary", "{")]
    [InlineData("not the dictionary", "")]
    public void Another_header_is_refused_in_a_line(string expected, string header) =>
        AssertRefused(expected, Write("", new byte[9], 1, header));

    [Fact]
    public void Every_truncation_is_noticed_and_so_is_what_follows()
    {
        byte[] whole = File.ReadAllBytes(Write("(1, 3, 3)", new byte[9]));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["cut.npy"], whole[..length]);
            AssertRefused(
                length switch
                {
                    0 => "it is empty",
                    < 8 => "it is no .npy file",
                    < 128 => "it ends within its header",
                    _ => $"but {length - 128} follow",
                },
                folder["cut.npy"]);
        }

        File.WriteAllBytes(folder["longer.npy"], [.. whole, 0]);
        AssertRefused("10 follow", folder["longer.npy"]);
    }

    [Fact]
    public void A_header_without_end_and_another_file_are_refused_before_anything_is_allocated()
    {
        byte[] whole = File.ReadAllBytes(Write("(1, 3, 3)", new byte[9], version: 2));
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(8), uint.MaxValue);
        File.WriteAllBytes(folder["endless.npy"], whole);
        File.WriteAllText(folder["text.npy"], "no array");
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused("4294967295", folder["endless.npy"]);
        AssertRefused("it is no .npy file", folder["text.npy"]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        whole[6] = 9;
        File.WriteAllBytes(folder["future.npy"], whole);
        AssertRefused("version 9.0", folder["future.npy"]);
    }

    [Fact]
    public void A_header_may_have_64_KiB()
    {
        string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 2), }";
        string path = Write("", [7, 8], 2, header.PadRight((1 << 16) - 1));
        Assert.Equal([7, 8], Assert.IsType<IdxImages>(NpyReader.ReadImages(path)).Pixels);
        AssertRefused("promises 65537 bytes, at most 65536", Write("", [7, 8], 2, header.PadRight(1 << 16)));
    }

    [Theory]
    [InlineData(true, "(2, 5, 2)", 19)]
    [InlineData(false, "(2, 5, 2)", 20)]
    [InlineData(true, "(2, 5, 2, 1)", 19)]
    [InlineData(true, "(2, 1, 5, 2)", 19)] // the same order of bytes as channels-last
    [InlineData(false, "(1, 3, 5, 2)", 19)] // another one: in place it would be read out of order
    public void Images_stay_in_the_file_if_they_are_larger_and_in_order(bool expected, string shape, int mostInMemory)
    {
        ImagePixels images = NpyReader.ReadImages(
            Write(shape, new byte[shape.Contains('3', StringComparison.Ordinal) ? 30 : 20]), null, mostInMemory);
        Assert.Equal(expected, images is PixelFile);
        (images as IDisposable)?.Dispose();
    }

    [Fact]
    public void Images_that_must_be_in_memory_and_cannot_are_refused_with_both_sizes()
    {
        string path = Write("(200000000, 3, 2, 2)", []);
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(file.Length + 2_400_000_000); // a hole: it takes no place
        }

        string message = Assert.Throws<MalformedFileException>(() => NpyReader.ReadImages(path)).Message;
        Assert.Matches("its 200000000 × 3 × 2 × 2 images need 2.4 GB of memory, but .* at most ", message);
    }

    [Fact]
    public void What_is_more_than_memory_should_hold_stays_in_the_file()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 4 * 5 * 3).Select(i => (byte)i)];
        string path = Write("(2, 4, 5, 3)", pixels);
        var inMemory = new ImageDataset(NpyReader.ReadImages(path));
        using var file = Assert.IsType<PixelFile>(NpyReader.ReadImages(path, null, mostInMemory: 100));
        var inFile = new ImageDataset(file);
        Assert.Equal(inMemory.Checksum(), inFile.Checksum());
        Assert.Equal(inMemory.Choose([1]).Checksum(), inFile.Choose([1]).Checksum());
        Tensor a = new(new Shape(2, 3, 4, 5)), b = new(new Shape(2, 3, 4, 5));
        inMemory.CopyTo([1, 0], a);
        inFile.CopyTo([1, 0], b);
        Assert.Equal(a.Span.ToArray(), b.Span.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => inFile.CopyTo([2, 0], b));
        using (var cut = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            cut.SetLength(cut.Length - 1);
        }

        Assert.Contains("image 1", Assert.Throws<MalformedFileException>(() => inFile.CopyTo([0, 1], b)).Message, StringComparison.Ordinal);
        Assert.Throws<MalformedFileException>(() => new PixelFile(path, 0, 4, new ImageShape(3, 400, 500)));
    }

    private static void AssertRefused(string expected, string path)
    {
        string message = Assert.Throws<MalformedFileException>(() => NpyReader.ReadImages(path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Equal(Printable.Message(message), message);
    }

    private string Write(string shape, byte[] elements, byte version = 1, string? header = null)
    {
        header ??= $"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}";
        byte[] text = Encoding.ASCII.GetBytes(header.PadRight(117) + "\n");
        byte[] length = BitConverter.GetBytes(text.Length);
        File.WriteAllBytes(
            folder["a.npy"], [0x93, .. "NUMPY"u8, version, 0, .. version == 1 ? length[..2] : length, .. text, .. elements]);
        return folder["a.npy"];
    }
}
