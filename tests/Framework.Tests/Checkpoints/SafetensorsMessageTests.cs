using System.Buffers.Binary;
using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Tests.Checkpoints;

/// <summary>What is wrong with a file is said as it is, and files at the edge of what is allowed are read.</summary>
public sealed class SafetensorsMessageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("its __metadata__ is no object", """{"__metadata__":[]}""", 0)]
    [InlineData("but its data_offsets span 3", """{"x":{"dtype":"F32","shape":[1],"data_offsets":[2,5]}}""", 5)]
    [InlineData("but its data_offsets span -4", """{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4)]
    [InlineData("has 1 numbers, but 2 are read", """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4)]
    [InlineData("has 5 numbers, but 0 to 4 are read", """{"x":{"dtype":"F32","shape":[1,1,1,1,1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("describes 2146435068 bytes", """{"x":{"dtype":"F32","shape":[536608767],"data_offsets":[0,2146435068]}}""", 4)]
    [InlineData("[536608768] is too large", """{"x":{"dtype":"F32","shape":[536608768],"data_offsets":[0,2146435072]}}""", 4)]
    [InlineData("do not match its checksum", """{"__metadata__":{"minigan.checksum":"x"}}""", 0)] // short, and at the end
    public void A_header_is_refused_for_its_own_reason(string expected, string header, int bytes) =>
        Assert.Contains(expected, Refused(SafetensorsBytes.Write(folder["file"], header, bytes)), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_ends_too_soon_is_told_from_another_one()
    {
        File.WriteAllBytes(folder["file"], [1, 2, 3]);
        Assert.Contains("it has only 3 bytes", Refused(folder["file"]), StringComparison.Ordinal);
        byte[] promise = new byte[13];
        BinaryPrimitives.WriteInt64LittleEndian(promise, 6);
        File.WriteAllBytes(folder["file"], promise);
        Assert.Contains("promise a header of 6 bytes, but it has 5 more", Refused(folder["file"]), StringComparison.Ordinal);

        // A file that was refused is closed: nobody else is kept from it.
        using var alone = new FileStream(folder["file"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_is_refused()
    {
        string path = SafetensorsBytes.Write( // larger than what is read ahead
            folder["file"], """{"x":{"dtype":"F32","shape":[100000],"data_offsets":[0,400000]}}""", 400_000);
        using var source = new SafetensorsSource(path);
        using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.SetLength(other.Length - 8);
        }

        Assert.Contains(
            "something is writing to it", Assert.Throws<MalformedFileException>(() => source.ReadTensors(_ => { })).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Tensors without elements begin where they end, so that two begin at the same place.</summary>
    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}""")]
    [InlineData("""{"none":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]}}""")]
    public void Tensors_without_elements_may_stand_anywhere(string header)
    {
        SafetensorsFile file = SafetensorsReader.Read(SafetensorsBytes.Write(folder["file"], header, 4));
        Assert.Equal(["none", "x"], file.Tensors.Select(tensor => tensor.Name).Order());
        Assert.Equal(new Shape(0, 3), file.Tensors.Single(tensor => tensor.Name == "none").Value.Shape);
    }

    [Fact]
    public void A_header_may_be_as_long_as_the_longest_that_is_read() =>
        Assert.Empty(SafetensorsReader.Read(
            SafetensorsBytes.Write(folder["file"], "{}".PadRight((int)SafetensorsReader.LargestHeader), 0)).Tensors);

    [Fact]
    public void A_tensor_is_not_in_memory_as_bytes_too()
    {
        const int bytes = 4 << 20;
        string path = SafetensorsBytes.Write(
            folder["file"], $$"""{"x":{"dtype":"F32","shape":[{{bytes / 4}}],"data_offsets":[0,{{bytes}}]} }""", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Single(SafetensorsReader.Read(path).Tensors);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, bytes, (2 * bytes) + (1 << 20)); // as read, and as a tensor
    }

    [Fact]
    public void Null_is_refused() => Assert.Throws<ArgumentNullException>("contents", () => SafetensorsWriter.Write(folder["file"], null!));

    private static string Refused(string path) => Assert.Throws<MalformedFileException>(() => SafetensorsReader.Read(path)).Message;
}
