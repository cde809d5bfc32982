using System.Buffers.Binary;
using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Tests.Checkpoints;

/// <summary>Files that are damaged, or made to do harm.</summary>
public sealed class HostileSafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("{", 0)]
    [InlineData("{} x", 0)]
    [InlineData(""" {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)] // starts with a space
    // twice
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}}""", 4)] // too many bytes
    [InlineData("""{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}""", 4)] // too few
    [InlineData("""{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8)] // integers are no weights
    [InlineData("""{"my_num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"0.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":1,"shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}""", 8)] // a scalar is one float
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1,1,1,1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4)] // too few bytes
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 8)] // too many
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)] // a gap before
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4)]
    // overlap
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3)] // truncated
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5)] // a byte behind
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483647,2147483647],"data_offsets":[0,4]}}""", 4)] // overflow
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0)]
    [InlineData("""{"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"__metadata__":[],"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"__metadata__":{"a":1}}""", 0)]
    [InlineData("""{"x":1}""", 0)]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)] // half a character
    [InlineData("""{"__metadata__":{"a":"\udfff"}}""", 0)]
    [InlineData("""{"x":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4)]
    public void A_hostile_header_is_refused(string header, int bytes)
    {
        string path = SafetensorsBytes.Write(folder["written"], header, bytes);
        Assert.Contains(path, Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(10_000_001)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void A_header_length_that_lies_is_refused(long length)
    {
        string path = SafetensorsBytes.Write(folder["written"], SafetensorsBytes.Good, 16);
        byte[] file = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt64LittleEndian(file, length);
        File.WriteAllBytes(path, file);
        Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(path));
    }

    [Fact]
    public void No_truncation_and_no_random_damage_does_more_than_throw_the_typed_exception()
    {
        byte[] good = File.ReadAllBytes(SafetensorsBytes.Write(folder["written"], SafetensorsBytes.Good, 16));
        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(folder["cut"], good[..length]);
            Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(folder["cut"]));
        }

        var random = new RandomSource(1, "fuzz");
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. good];
            for (int change = random.NextInt(4); change >= 0; change--)
            {
                damaged[random.NextInt(damaged.Length - 16)] = (byte)random.NextInt(256);
            }

            File.WriteAllBytes(folder["damaged"], damaged);
            try
            {
                SafetensorsReader.Read(folder["damaged"]);
            }
            catch (MalformedFileException)
            {
                // The only exception that a damaged file may cause.
            }
        }
    }

    [Fact]
    public void No_flipped_bit_is_overlooked()
    {
        SafetensorsWriter.Write(folder["good"], new SafetensorsFile(
            [new("generator.0.weight", Values.Normal(new Shape(2, 3), "w")), new("b", new Tensor(new Shape(1)))],
            new Dictionary<string, string> { ["format"] = "x/1", ["json"] = """{"a": 0.5}""" }));
        byte[] good = File.ReadAllBytes(folder["good"]);
        for (int bit = 0; bit < 8 * good.Length; bit++)
        {
            byte[] damaged = [.. good];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(folder["damaged"], damaged);
            Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(folder["damaged"]));
        }
    }

    [Fact]
    public void A_shape_without_end_is_not_read()
    {
        string shape = string.Join(',', Enumerable.Repeat("1", 1_000_000));
        string path = SafetensorsBytes.Write(
            folder["written"], "{\"x\":{\"dtype\":\"F32\",\"shape\":[" + shape + "],\"data_offsets\":[0,4]}}", 4);
        string message = Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(path)).Message;
        Assert.Contains("1000000 numbers", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 1, 400);
    }

    [Fact]
    public void Hostile_names_are_shown_harmlessly_and_cut()
    {
        string name = $"\\u001b[31m{new string('x', 3_000_000)}\\u202e";
        foreach (string header in new[]
        {
            """{"NAME":1}""", """{"x":{"dtype":"NAME","shape":[1],"data_offsets":[0,4]}}""", """{"__metadata__":{"NAME":1}}""",
        })
        {
            string path = SafetensorsBytes.Write(folder["written"], header.Replace("NAME", name, StringComparison.Ordinal), 4),
                message = Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(path)).Message;
            Assert.DoesNotContain(message, character => char.IsControl(character) || character == '\u202e');
            Assert.Contains("\\u001b[31mxxx", message, StringComparison.Ordinal);
            Assert.InRange(message.Length, 1, 400);
        }
    }

    [Fact]
    public void More_than_memory_holds_is_refused_with_both_sizes()
    {
        // Twice the memory in a hole, which takes no place, in tensors of 2 GB.
        const long size = 2_000_000_000;
        int count = (int)(2 * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / size) + 1;
        string path = SafetensorsBytes.Write(folder["written"],
            "{" + string.Join(
                ',',
                Enumerable.Range(0, count).Select(
                    i => $"\"{i}\":{{\"dtype\":\"F32\",\"shape\":[{size / 4}],\"data_offsets\":[{i * size},{(i + 1) * size}]}}")) + "}",
            0);
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(file.Length + (count * size));
        }

        Assert.Matches(
            $"need {2 * count} GB of memory, but this process may have at most .* GB",
            Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(path)).Message);
    }
}
