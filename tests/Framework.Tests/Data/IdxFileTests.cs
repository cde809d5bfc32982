using MiniGan.Data;
using MiniGan.Files;

namespace MiniGan.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] ThreeImages =
        [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Range(1, 12).Select(i => (byte)i)];
    private static readonly byte[] ThreeLabels = [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("images")]
    [InlineData("images.gz")]
    public void Images_are_read(string name)
    {
        IdxImages images = IdxFile.ReadImages(Write(name, ThreeImages));
        Assert.Equal((3, 2, 2), (images.Count, images.Height, images.Width));
        Assert.Equal(ThreeImages[16..], images.Pixels);
    }

    [Theory]
    [InlineData("labels")]
    [InlineData("labels.gz")]
    public void Labels_are_read(string name) => Assert.Equal([7, 0, 9], IdxFile.ReadLabels(Write(name, ThreeLabels)));

    [Fact]
    public void What_is_written_is_read()
    {
        IdxFile.WriteImages(folder["images"], new IdxImages(3, 2, 2, ThreeImages[16..]));
        Assert.Equal(ThreeImages, File.ReadAllBytes(folder["images"]));
        IdxFile.WriteLabels(folder["labels"], [7, 0, 9]);
        Assert.Equal(ThreeLabels, File.ReadAllBytes(folder["labels"]));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void An_empty_set_is_legal()
    {
        Assert.Empty(IdxFile.ReadLabels(Write("none", [0, 0, 8, 1, 0, 0, 0, 0])));
        Assert.Empty(IdxFile.ReadLabels(Write("none.gz", [0, 0, 8, 1, 0, 0, 0, 0])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncation_is_noticed(bool compressed)
    {
        string path = Write(compressed ? "whole.gz" : "whole", ThreeImages);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            string cut = folder[compressed ? "cut.gz" : "cut"];
            File.WriteAllBytes(cut, whole[..length]);
            Assert.Contains(cut, Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(cut)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_damaged_byte_of_a_compressed_file_is_noticed()
    {
        byte[] whole = File.ReadAllBytes(Write("whole.gz", ThreeImages));

        // Bytes 4 to 9 of gzip's header are the time, flags for the compressor and the operating system: no contents.
        foreach (int at in Enumerable.Range(0, whole.Length).Where(at => at is < 4 or > 9))
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0xFF;
            File.WriteAllBytes(folder["damaged.gz"], damaged);
            Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(folder["damaged.gz"]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_behind_the_end_are_noticed(bool compressed)
    {
        byte[] whole = File.ReadAllBytes(Write(compressed ? "whole.gz" : "whole", ThreeImages));
        string longer = folder[compressed ? "longer.gz" : "longer"];
        byte[] likeTrailer = [1, 2, 3, 4, 5, 0, 0, 0]; // of five bytes, with another checksum
        byte[][] tails = compressed
            ? [[1], [0, 1], [0x1F], [0x1F, 0x8B], [.. new byte[20], 1], [0x1F, .. new byte[20]], likeTrailer]
            : [[0], [1]];
        foreach (byte[] tail in tails)
        {
            File.WriteAllBytes(longer, [.. whole, .. tail]);
            Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(longer));
        }

        Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(Write(compressed ? "more.gz" : "more", [.. ThreeImages, 0])));
    }

    [Theory]
    [InlineData("still gzip-compressed", "images", "gzip")]
    [InlineData("compressed twice", "images.gz", "gzip")]
    [InlineData("not gzip-compressed", "plain.gz", "raw")]
    public void Compression_that_does_not_fit_the_name_is_explained(string expected, string name, string how)
    {
        byte[] contents = how == "gzip" ? GzipBytes.Of(ThreeImages) : ThreeImages;
        string path = how == "gzip" ? Write(name, contents) : folder[name];
        if (how == "raw")
        {
            File.WriteAllBytes(path, contents);
        }

        Assert.Contains(expected, Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 8, 3 })] // magic
    [InlineData(new byte[] { 0, 1, 8, 3 })]
    [InlineData(new byte[] { 0, 0, 13, 3 })] // float elements
    [InlineData(new byte[] { 0, 0, 8, 1 })] // labels
    public void Another_kind_of_file_is_refused(byte[] magic) =>
        Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(Write("file", [.. magic, .. ThreeImages[4..]])));

    [Theory]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF)] // negative
    [InlineData(0x7F, 0xFF, 0xFF, 0xFF)] // more than memory holds
    [InlineData(0x00, 0xFF, 0xFF, 0xFF)] // more than the file holds
    [InlineData(0x00, 0x00, 0x00, 0x02)] // less
    public void Dimensions_that_lie_are_refused_before_anything_is_allocated(byte a, byte b, byte c, byte d)
    {
        byte[] file = [.. ThreeImages];
        (file[4], file[5], file[6], file[7]) = (a, b, c, d);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(Write("lie", file)));
        Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(Write("lie.gz", file)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_compressed_header_that_promises_too_much_is_refused_before_anything_is_allocated()
    {
        byte[] header = [.. ThreeImages[..16]];
        (header[4], header[5], header[6], header[7]) = (0x0F, 0, 0, 0); // 240 Mi images of 4 bytes
        byte[] bomb = GzipBytes.Of(header);
        foreach (int padding in new[] { 0, 1 << 20 })
        {
            File.WriteAllBytes(folder["bomb.gz"], [.. bomb, .. new byte[padding]]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Contains(
                "cannot hold", Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(folder["bomb.gz"])).Message,
                StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void More_than_an_array_holds_is_refused_with_both_sizes()
    {
        byte[] header = [.. ThreeImages[..16]];
        (header[4], header[5], header[6], header[7]) = (0x20, 0, 0, 0); // 512 Mi images of 4 bytes
        using (FileStream file = File.Create(folder["large"]))
        {
            file.Write(header);
            file.SetLength(16 + (0x2000_0000L * 4)); // a hole: it takes no place
        }

        string message = Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(folder["large"])).Message;
        Assert.Contains("536870912 × 2 × 2", message, StringComparison.Ordinal);
        Assert.Matches("need 2.147 GB of memory, but .* at most ", message);
    }

    [Fact]
    public void A_missing_file_is_not_called_malformed() =>
        Assert.Throws<FileNotFoundException>(() => IdxFile.ReadImages(folder["nothing"]));

    private string Write(string name, byte[] contents)
    {
        File.WriteAllBytes(folder[name], name.EndsWith(".gz", StringComparison.Ordinal) ? GzipBytes.Of(contents) : contents);
        return folder[name];
    }
}
