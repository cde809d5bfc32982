using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Tests.Data;

/// <summary>What is wrong with an IDX file is said as it is, with its numbers, and files at the edge of what is allowed are read.</summary>
public sealed class IdxMessageTests : IDisposable
{
    private static readonly byte[] TwoImages = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("it ends after 3 bytes, within the header of 16", 0, 0, 8)]
    [InlineData("it ends after 4 bytes, within the header of 16", 0, 0, 8, 3)]
    [InlineData("it ends after 10 bytes, within the header of 16", 0, 0, 8, 3, 0, 0, 0, 1, 0, 0)]
    [InlineData("it ends after 17 bytes, within the header of 20", 0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0)]
    [InlineData("it starts with 1F000803 instead of 00000803", 0x1F, 0, 8, 3)]
    [InlineData("it starts with 008B0803 instead of 00000803", 0, 0x8B, 8, 3)]
    [InlineData("still gzip-compressed", 0x1F, 0x8B)]
    [InlineData("promises 1 × 1 × 2 = 2 bytes, but 3 follow", 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 7, 7)]
    [InlineData("2147483592 bytes, more than an array holds", 0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xC8)]
    public void A_file_is_refused_for_its_own_reason(string expected, params int[] file)
    {
        File.WriteAllBytes(folder["file"], [.. file.Select(value => (byte)value)]);
        Assert.Contains(expected, Refused(() => IdxFile.ReadImages(folder["file"])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("label 0 is 7, but labels go from 0 to 6", 7)]
    [InlineData("label 2 is 9, but labels go from 0 to 8", 9)]
    public void A_label_out_of_range_is_refused(string expected, int classes)
    {
        IdxFile.WriteLabels(folder["labels"], [7, 0, 9]);
        Assert.Contains(expected, Refused(() => IdxFile.ReadLabels(folder["labels"], classes)), StringComparison.Ordinal);
        Assert.Equal(3, IdxFile.ReadLabels(folder["labels"], 10).Length);
    }

    [Theory]
    [InlineData("4294967297 bytes, but at most 4294967296 are read", "images.gz")]
    [InlineData("promises 2 × 1 × 3 = 6 bytes, but 4294967281 follow", "images")]
    public void A_bound_on_the_file_is_one_on_compressed_ones(string expected, string name)
    {
        using (FileStream file = File.Create(folder[name]))
        {
            file.Write(TwoImages);
            file.SetLength((1L << 32) + 1); // a hole: it takes no place
        }

        Assert.Contains(expected, Refused(() => IdxFile.ReadImages(folder[name])), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_as_large_as_an_array_may_be_none()
    {
        File.WriteAllBytes(folder["none"], [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xC7]);
        IdxImages none = IdxFile.ReadImages(folder["none"]);
        Assert.Equal((0, new ImageShape(1, 1, Array.MaxLength)), (none.Count, none.Shape));
    }

    private static string Refused(Action read) => Assert.Throws<MalformedFileException>(read).Message;
}
