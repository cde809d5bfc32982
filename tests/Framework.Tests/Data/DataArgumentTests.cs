using MiniGan.Data;
using MiniGan.Tensors;

namespace MiniGan.Tests.Data;

/// <summary>Bad arguments are refused at the public edge, by the name of the parameter.</summary>
public sealed class DataArgumentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static ImageDataset Dataset => new(new IdxImages(2, 1, 1, [1, 2]));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Null_is_refused()
    {
        Refused<ArgumentNullException>("images", () => new ImageDataset(null!));
        Refused<ArgumentNullException>("set", () => Dataset.WithClasses(null!));
        Refused<ArgumentNullException>("batch", () => Dataset.CopyTo([0], null!));
        Refused<ArgumentNullException>("pixels", () => new IdxImages(1, 1, 1, null!));
        Refused<ArgumentNullException>("images", () => IdxFile.WriteImages(folder["file"], null!));
        Refused<ArgumentNullException>("labels", () => IdxFile.WriteLabels(folder["file"], null!));
        Refused<ArgumentNullException>("labels", () => new LabelSet(null!));
        Refused<ArgumentNullException>("dataset", () => new ShuffledBatches(null!, 1, new RandomSource(1, "order")));
        Refused<ArgumentNullException>("random", () => new ShuffledBatches(Dataset, 1, null!));
        Refused<ArgumentNullException>("batchOf", () => new GeneratedBatches(null!));
        Refused<ArgumentNullException>("batch", () => new GeneratedBatches(_ => default).Fingerprint);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Counts_out_of_range_are_refused()
    {
        Refused<ArgumentOutOfRangeException>("batchSize", () => Dataset.Shuffled(0, seed: 1));
        Refused<ArgumentOutOfRangeException>("batchSize", () => Dataset.Shuffled(3, seed: 1));
        Refused<ArgumentOutOfRangeException>("batches", () => Dataset.Shuffled(1, seed: 1).Skip(-1));
        Refused<ArgumentOutOfRangeException>("batches", () => new GeneratedBatches(_ => default).Skip(-1));
        Refused<ArgumentOutOfRangeException>("offset", () => new PixelFile(folder["file"], -1, 1, new ImageShape(1, 1, 1)));
        Assert.Equal(2, Dataset.Shuffled(1, seed: 1).BatchesPerEpoch);
    }

    [Theory]
    [InlineData(-1, 1, 1, 1)]
    [InlineData(1, -1, 1, 1)]
    [InlineData(1, 1, -1, 1)]
    [InlineData(1, 1, 1, -1)]
    public void Negative_sizes_are_refused(int count, int channels, int height, int width)
    {
        var shape = new ImageShape(channels, height, width);
        Assert.Contains(
            $"there are {count} images of {shape}",
            Refused<ArgumentException>("shape", () => new IdxImages(count, shape, [1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(1, 1, 0, 1)]
    [InlineData(1, 1, 1, 0)]
    public void Sizes_may_be_zero(int count, int channels, int height, int width) =>
        Assert.Equal(count, new IdxImages(count, new ImageShape(channels, height, width), []).Count);

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void An_image_that_is_not_there_is_refused_wherever_images_are(int index)
    {
        File.WriteAllBytes(folder["pixels"], [1, 2, 3]);
        using var file = new PixelFile(folder["pixels"], 0, 2, new ImageShape(1, 1, 1));
        foreach (ImageDataset images in new[] { Dataset, Dataset.Choose([1, 0]), new ImageDataset(file) })
        {
            Refused<ArgumentOutOfRangeException>("index", () => images.CopyTo([index], new Tensor(new Shape(1, 1, 1, 1))));
            Refused<ArgumentOutOfRangeException>("indices", () => images.Choose([index]));
        }
    }

    [Fact]
    public void Labels_and_names_that_do_not_go_together_are_refused()
    {
        var images = new IdxImages(2, 1, 1, [1, 2]);
        Says("2 images and 1 labels", "labels", () => new ImageDataset(images, [1]));
        Says("image 1 has -3", "labels", () => new ImageDataset(images, [0, -3]));
        Says("from 0 to 1, but the images have others", "labelNames", () => new ImageDataset(images, [0, 2], ["cat", "dog"]));
        Says("from 0 to 1, but the images have none", "labelNames", () => new ImageDataset(images, null, ["cat", "dog"]));
        Says("each one of 0 to 2", "set", () => Dataset.WithClasses(LabelSet.Plain(3)));
        Says("each one of 0 to 2", "set", () => new ImageDataset(images, [2, 3]).WithClasses(LabelSet.Plain(3)));
        Says("but there is -1", "labels", () => new LabelSet([-1, 1]));
    }

    private static T Refused<T>(string parameter, Func<object?> act)
        where T : ArgumentException => Assert.Throws<T>(parameter, act);

    private static void Refused<T>(string parameter, Action act)
        where T : ArgumentException => Assert.Throws<T>(parameter, act);

    private static void Says(string expected, string parameter, Func<object?> act) =>
        Assert.Contains(expected, Refused<ArgumentException>(parameter, act).Message, StringComparison.Ordinal);
}
