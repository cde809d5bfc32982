using System.Buffers.Binary;
using System.Text;
using MiniGan.Data;
using MiniGan.Tensors;

namespace MiniGan.Tests.Data;

public sealed class NpyWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_byte_is_where_the_format_wants_it()
    {
        float[] values = [.. Enumerable.Range(0, 3 * 2 * 3 * 5).Select(i => (i * 0.37f) - 4)];
        NpyWriter.Write(
            folder["new/a.npy"], new Shape(3, 2, 3, 5),
            [Tensor.FromRowMajor(new Shape(2, 2, 3, 5), values.AsSpan(0, 60)),
                Tensor.FromRowMajor(new Shape(1, 2, 3, 5), values.AsSpan(60))]);
        byte[] file = File.ReadAllBytes(folder["new/a.npy"]);
        Assert.Equal(128 + (90 * 4), file.Length);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0], file[..10]);
        string header = Encoding.ASCII.GetString(file, 10, 118);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2, 3, 5), }" + new string(' ', 52) + "\n", header);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(128 + (4 * i))));
        }
    }

    [Theory]
    [InlineData("(7,)", 7)]
    [InlineData("(1234567, 1)", 1234567, 1)]
    [InlineData("(0, 2, 3)", 0, 2, 3)]
    public void A_header_ends_on_a_multiple_of_64_and_in_a_line_feed(string tuple, params int[] dimensions)
    {
        var shape = new Shape(dimensions);
        NpyWriter.Write(folder["a.npy"], shape, [new Tensor(shape)]);
        byte[] file = File.ReadAllBytes(folder["a.npy"]);
        int data = 10 + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        Assert.Equal((0, file.Length - (4 * shape.Count)), (data % 64, data));
        Assert.Matches(
            $@"^{{'descr': '<f4', 'fortran_order': False, 'shape': {System.Text.RegularExpressions.Regex.Escape(tuple)}, }} *\n$",
            Encoding.ASCII.GetString(file, 10, data - 10));
    }

    [Fact]
    public void Parts_that_do_not_make_up_the_whole_leave_the_file_as_it_was()
    {
        File.WriteAllText(folder["a.npy"], "mine");
        var shape = new Shape(4, 1, 2, 3);
        Tensor Part(params int[] dimensions) => new(new Shape(dimensions));
        Assert.Throws<ArgumentException>(() => NpyWriter.Write(folder["a.npy"], shape, [Part(3, 1, 2, 3)]));
        Assert.Throws<ArgumentException>(() => NpyWriter.Write(folder["a.npy"], shape, [Part(3, 1, 2, 3), Part(2, 1, 2, 3)]));
        Assert.Throws<ArgumentException>(() => NpyWriter.Write(folder["a.npy"], shape, [Part(4, 1, 3, 2)]));
        Assert.Throws<ArgumentException>(() => NpyWriter.Write(folder["a.npy"], shape, [Part(4, 6)]));
        Assert.Throws<ArgumentNullException>(() => NpyWriter.Write(folder["a.npy"], shape, null!));
        Assert.Equal("mine", File.ReadAllText(folder["a.npy"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
