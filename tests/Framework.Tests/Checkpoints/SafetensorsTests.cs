using System.Buffers.Binary;
using System.Text;
using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        Tensor image = Values.Normal(new Shape(2, 3, 4, 5), "image"), vector = Values.Normal(new Shape(7), "vector");
        var metadata = new Dictionary<string, string> { ["key \"quoted\""] = "Wert, mit\nUmlaut: ä" };
        SafetensorsWriter.Write(
            folder["file"],
            new SafetensorsFile([new("a.b", image), new("ä", vector), new("empty", new Tensor(new Shape(0, 3)))], metadata));
        SafetensorsFile read = SafetensorsReader.Read(folder["file"]);
        Assert.Equal(metadata, read.Metadata);
        Assert.Equal(["a.b", "ä", "empty"], read.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(image.Shape, read.Tensors[0].Value.Shape);
        Assert.Equal(image.ToRowMajor(), read.Tensors[0].Value.ToRowMajor());
        Assert.Equal(vector.ToRowMajor(), read.Tensors[1].Value.ToRowMajor());
    }

    [Fact]
    public void The_layout_is_that_of_the_format()
    {
        SafetensorsWriter.Write(
            folder["file"],
            new SafetensorsFile([new("w", Tensor.FromRowMajor(new Shape(1, 2, 1, 2), [1, 2, 3, 4]))], new Dictionary<string, string>()));
        byte[] file = File.ReadAllBytes(folder["file"]);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        Assert.Matches(
            """^{"__metadata__":{"minigan.checksum":"minigan-xxh128:[0-9a-f]{32}"}""" +
            ""","w":{"dtype":"F32","shape":\[1,2,1,2],"data_offsets":\[0,16]}} *$""",
            Encoding.UTF8.GetString(file, 8, length));
        Assert.Equal(
            new float[] { 1, 2, 3, 4 },
            Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(8 + length + (4 * i)))));
    }

    [Fact]
    public void Tensors_may_stand_in_any_order_in_the_header()
    {
        string header = """{"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"x":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}}""";
        Assert.Equal(
            ["x", "y"], SafetensorsReader.Read(SafetensorsBytes.Write(folder["written"], header, 8)).Tensors.Select(tensor => tensor.Name));
        Assert.Equal(2, SafetensorsReader.Read(SafetensorsBytes.Write(folder["written"], SafetensorsBytes.Good, 16)).Tensors.Count);
        Assert.Empty(SafetensorsReader.Read(SafetensorsBytes.Write(folder["written"], "{}", 0)).Tensors);
    }

    /// <summary>1, −2.5, the smallest positive F16, and 65504, its largest, or what comes next to it in BF16's seven bits.</summary>
    [Theory]
    [InlineData("F16", new byte[] { 0x00, 0x3c, 0x00, 0xc1, 0x01, 0x00, 0xff, 0x7b }, new float[] { 1, -2.5f, 5.9604645e-8f, 65504 })]
    [InlineData("BF16", new byte[] { 0x80, 0x3f, 0x20, 0xc0, 0x80, 0x33, 0x80, 0x47 }, new float[] { 1, -2.5f, 5.9604645e-8f, 65536 })]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0x04, 0xc0 }, new float[] { 1, -2.5f })]
    public void Other_floating_point_types_become_float32(string type, byte[] data, float[] expected)
    {
        string path = SafetensorsBytes.Write(folder["written"],
            $$"""{"x":{"dtype":"{{type}}","shape":[{{expected.Length}}],"data_offsets":[0,{{data.Length}}] } }""", data.Length);
        using (FileStream file = File.OpenWrite(path))
        {
            file.Seek(-data.Length, SeekOrigin.End);
            file.Write(data);
        }

        Assert.Equal(expected, Assert.Single(SafetensorsReader.Read(path).Tensors).Value.ToRowMajor());
    }

    /// <summary>More than is read at once, in each size of element, with the smaller tensor behind it in its place.</summary>
    [Theory]
    [InlineData("F16", 2, 1)]
    [InlineData("F32", 4, 1)]
    [InlineData("F64", 8, 1)]
    public void A_large_tensor_is_read_whole(string type, int size, float one)
    {
        const int count = 70_001;
        int bytes = count * size;
        string path = SafetensorsBytes.Write(folder["written"],
            $$"""{"x":{"dtype":"{{type}}","shape":[{{count}}],"data_offsets":[0,{{bytes}}]}""" +
            $$""","y":{"dtype":"F32","shape":[1],"data_offsets":[{{bytes}},{{bytes + 4}}] } }""",
            bytes + 4);
        byte[] last = type switch
        {
            "F16" => BitConverter.GetBytes((Half)one),
            "F32" => BitConverter.GetBytes(one),
            _ => BitConverter.GetBytes((double)one),
        };
        using (FileStream file = File.OpenWrite(path))
        {
            file.Seek(-(bytes + 4), SeekOrigin.End);
            for (int i = 0; i < count; i++)
            {
                file.Write(last);
            }

            file.Write(BitConverter.GetBytes(3f));
        }

        SafetensorsFile read = SafetensorsReader.Read(path);
        Assert.All(read.Tensors[0].Value.ToRowMajor(), value => Assert.Equal(one, value));
        Assert.Equal(3, read.Tensors[1].Value[0]);
    }

    [Fact]
    public void A_number_without_dimensions_is_one_of_one()
    {
        string path = SafetensorsBytes.Write(folder["written"], """{"gamma":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4);
        Assert.Equal(new Shape(1), Assert.Single(SafetensorsReader.Read(path).Tensors).Value.Shape);
    }

    [Fact]
    public void What_PyTorch_counts_is_read_where_a_layer_counts_too()
    {
        const string header =
            """{"num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]}""" +
            ""","running_mean":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}""" +
            ""","running_var":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""";
        string path = SafetensorsBytes.Write(folder["written"], header, 16);
        using (FileStream file = File.OpenWrite(path))
        {
            file.Seek(-16, SeekOrigin.End);
            file.Write(BitConverter.GetBytes(41L));
        }

        var counting = new BatchNorm2D(1, momentum: null, affine: false);
        counting.Load(path);
        Assert.Equal(41, counting.State.Single(tensor => tensor.Name == "num_batches_tracked").Value[0]);
        new BatchNorm2D(1, affine: false).Load(path);
    }

    [Fact]
    public void What_PyTorch_counts_is_left_out()
    {
        const string header =
            """{"1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]}""" +
            ""","x":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        string path = SafetensorsBytes.Write(folder["written"], header, 12);
        using (FileStream file = File.OpenWrite(path))
        {
            file.Seek(-4, SeekOrigin.End);
            file.Write(BitConverter.GetBytes(7f));
        }

        NamedTensor only = Assert.Single(SafetensorsReader.Read(path).Tensors);
        Assert.Equal(("x", 7), (only.Name, only.Value[0]));
    }

    [Fact]
    public void Files_without_a_checksum_are_read_and_stale_ones_explained()
    {
        Assert.Equal(["a"], SafetensorsReader.Read(SafetensorsBytes.Write(folder["written"], SafetensorsBytes.Good, 16)).Metadata.Keys);
        // another program's
        Assert.Single(
            SafetensorsReader.Read(SafetensorsBytes.Write(
                folder["written"], SafetensorsBytes.Good.Replace("\"a\":", "\"checksum\":", StringComparison.Ordinal), 16)).Metadata);
        foreach (string stale in new[]
        {
            $"\"minigan.checksum\":\"minigan-xxh128:{new string('0', 32)}\"", "\"minigan.checksum\":\"b\"", "\"minigan.checksum\":\"\"",
            $"\"a\":\"minigan-xxh128:{new string('0', 32)}\"",
        })
        {
            string path = SafetensorsBytes.Write(
                folder["written"], SafetensorsBytes.Good.Replace("\"a\":\"b\"", stale, StringComparison.Ordinal), 16);
            Assert.Contains(
                "leaves 'minigan.checksum' out", Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(path)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() =>
            SafetensorsWriter.Write(folder["own"], new SafetensorsFile([], new Dictionary<string, string> { ["minigan.checksum"] = "" })));
    }

    [Fact]
    public void Tensors_of_the_same_name_are_not_written() => Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(
        folder["twice"],
        new SafetensorsFile([new("a", new Tensor(new Shape(1))), new("a", new Tensor(new Shape(1)))], new Dictionary<string, string>())));
}
