using System.IO.Hashing;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Tests.Data;

/// <summary>Data sets of any shape, and their mirrored images.</summary>
public sealed class ColourDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(new byte[] { 2, 2, 2, 3 }, false)]
    [InlineData(new byte[] { 2, 3, 2, 2 }, true)]
    public void Idx_of_rank_4_is_read_in_either_layout(byte[] dimensions, bool isFirst)
    {
        byte[] pixels = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];
        File.WriteAllBytes(folder["images"], [0, 0, 8, 4, .. dimensions.SelectMany(size => new byte[] { 0, 0, 0, size }), .. pixels]);
        IdxImages images = IdxFile.ReadImages(folder["images"]);
        Assert.Equal((2, new ImageShape(3, 2, 2)), (images.Count, images.Shape));
        Assert.Equal(isFirst ? [12, 16, 20, 13, 17, 21, 14, 18, 22, 15, 19, 23] : pixels[12..], images.Pixels[12..]);
        IdxFile.WriteImages(folder["written"], images);
        Assert.Equal(images.Pixels, IdxFile.ReadImages(folder["written"]).Pixels);
        Assert.Equal(ColourHeader, File.ReadAllBytes(folder["written"])[..20]);
    }

    private static readonly byte[] ColourHeader = [0, 0, 8, 4, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];

    [Theory]
    [InlineData("may be", 1, 3, 1, 3)]
    [InlineData("1 channel (grey) or 3", 1, 2, 2, 2)]
    [InlineData("more than an array", 0, 3, 255, 255, 127)]
    public void Idx_of_another_layout_is_refused(string expected, byte count, byte second, byte third, byte fourth, byte high = 0)
    {
        int size = count * second * third * fourth;
        File.WriteAllBytes(
            folder["images"],
            [0, 0, 8, 4, 0, 0, 0, count, 0, 0, 0, second, high, 0, 0, third, high, 0, 0, fourth, .. new byte[size]]);
        Assert.Contains(
            expected, Assert.Throws<MalformedFileException>(() => IdxFile.ReadImages(folder["images"])).Message, StringComparison.Ordinal);
        if (expected == "may be")
        {
            Assert.Equal(3, IdxFile.ReadImages(folder["images"], ImageLayout.ChannelsLast).Width + 2);
        }
    }

    [Fact]
    public void Labels_have_names_and_keep_them()
    {
        var images = new IdxImages(3, new ImageShape(3, 1, 1), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        var dataset = new ImageDataset(images, [2, 0, 2], ["cat", "dog", "emu"]);
        Assert.Equal(["cat", "dog", "emu"], dataset.LabelNames);
        Assert.Equal(["emu"], dataset.Choose([0]).LabelNames.Skip(2));
        ImageDataset classes = dataset.WithClasses(new LabelSet(dataset.Labels));
        Assert.Equal([1, 0, 1], classes.Labels);
        Assert.Equal(["cat", "emu"], classes.LabelNames);
        Assert.Empty(new ImageDataset(images, [2, 0, 2]).LabelNames);
        Assert.Throws<ArgumentException>(() => new IdxImages(3, new ImageShape(3, 1, 1), new byte[8]));
    }

    [Fact]
    public void The_checksum_is_of_the_pixels_one_behind_the_other_then_the_labels() =>
        Assert.Equal(
            Convert.ToHexStringLower(XxHash128.Hash([0, 51, 102, 153, 204, 255, 4, 255, 6])),
            new ImageDataset(new IdxImages(3, 1, 2, [0, 51, 102, 153, 204, 255]), [4, 255, 6]).Checksum());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Half_of_the_images_are_mirrored_others_in_each_epoch(int channels)
    {
        const int count = 200, width = 3;
        var shape = new ImageShape(channels, 2, width);
        byte[] pixels = [.. Enumerable.Range(0, count * shape.Count).Select(i => (byte)((i / shape.Count) + (i % shape.Count)))];
        var dataset = new ImageDataset(new IdxImages(count, shape, pixels), [.. Enumerable.Range(0, count)]);
        ShuffledBatches plain = dataset.Shuffled(count, seed: 7), flipped = dataset.Shuffled(count, seed: 7, flip: true);
        var mirrored = new List<bool[]>();
        var draws = new RandomSource(7, "flips");
        for (int epoch = 0; epoch < 2; epoch++)
        {
            (Batch a, Batch b) = (plain.Next(), flipped.Next());
            Assert.Equal(a.Labels.ToArray(), b.Labels.ToArray()); // the same order
            bool[] byLabel = new bool[count];
            for (int n = 0; n < count; n++)
            {
                bool isMirrored = byLabel[a.Labels.Span[n]] = b.Images[n, 0, 0, 0] != a.Images[n, 0, 0, 0];
                Assert.Equal(draws.NextInt(2) == 1, isMirrored); // a run that is resumed mirrors the same ones
                foreach ((int c, int y, int x) in
                    from c in Enumerable.Range(0, channels)
                    from y in Enumerable.Range(0, 2)
                    from x in Enumerable.Range(0, width)
                    select (c, y, x))
                {
                    Assert.Equal(a.Images[n, c, y, isMirrored ? width - 1 - x : x], b.Images[n, c, y, x]);
                }
            }

            Assert.InRange(byLabel.Count(value => value), count * 0.35, count * 0.65);
            mirrored.Add(byLabel);
        }

        Assert.NotEqual(mirrored[0], mirrored[1]);
        Assert.Equal($"{dataset.Checksum()}/200", plain.Fingerprint);
        Assert.Equal($"{dataset.Checksum()}/200/flip", flipped.Fingerprint);
    }

    [Fact]
    public void What_is_skipped_is_mirrored_as_if_it_had_been_taken()
    {
        var dataset = new ImageDataset(new IdxImages(10, 1, 2, [.. Enumerable.Range(0, 20).Select(i => (byte)i)]));
        ShuffledBatches all = dataset.Shuffled(3, seed: 1, flip: true);
        for (int i = 0; i < 20; i++)
        {
            float[] expected = all.Next().Images.Span.ToArray();
            ShuffledBatches later = dataset.Shuffled(3, seed: 1, flip: true);
            later.Skip(i);
            Assert.Equal(expected, later.Next().Images.Span.ToArray());
        }
    }
}
