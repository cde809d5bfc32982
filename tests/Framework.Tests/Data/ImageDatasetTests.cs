using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Tests.Data;

public sealed class ImageDatasetTests
{
    [Fact]
    public void Pixels_become_minus_one_to_one()
    {
        var dataset = new ImageDataset(new IdxImages(2, 1, 3, [0, 255, 51, 1, 2, 3]), [4, 5]);
        Tensor batch = Values.Poisoned(new Shape(2, 1, 1, 3));
        dataset.CopyTo([1, 0], batch);
        float[] expected = [(1 / 127.5f) - 1, (2 / 127.5f) - 1, (3 / 127.5f) - 1, -1, 1, (51 / 127.5f) - 1];
        Assert.Equal(expected, batch.ToRowMajor());
        Assert.Throws<ArgumentException>(() => dataset.CopyTo([0], batch));
    }

    [Fact]
    public void A_folder_is_loaded_and_its_labels_counted()
    {
        using var folder = new TemporaryFolder();
        Assert.False(ImageDataset.HasTraining(folder.Path));
        Assert.Contains(
            "train-images-idx3-ubyte", Assert.Throws<FileNotFoundException>(() => ImageDataset.LoadTraining(folder.Path)).Message,
            StringComparison.Ordinal);
        IdxFile.WriteImages(folder["train-images-idx3-ubyte"], new IdxImages(2, 1, 1, [1, 2]));
        IdxFile.WriteLabels(folder["train-labels-idx1-ubyte"], [3, 4]);
        Assert.True(ImageDataset.HasTraining(folder.Path));
        ImageDataset dataset = ImageDataset.LoadTraining(folder.Path);
        Assert.Equal((2, 1, 1), (dataset.Count, dataset.Height, dataset.Width));
        Assert.Equal([3, 4], dataset.Labels);
        IdxFile.WriteLabels(folder["train-labels-idx1-ubyte"], [3, 4, 5]);
        Assert.Contains(
            "3 labels", Assert.Throws<MalformedFileException>(() => ImageDataset.LoadTraining(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Images_need_no_labels()
    {
        using var folder = new TemporaryFolder();
        IdxFile.WriteImages(folder["train-images-idx3-ubyte"], new IdxImages(3, 1, 1, [1, 2, 3]));
        ImageDataset dataset = ImageDataset.LoadTraining(folder.Path);
        Assert.Equal((3, false, 0), (dataset.Count, dataset.HasLabels, dataset.Labels.Count));
        Assert.Equal((2, false), (dataset.Choose([2, 0]).Count, dataset.Choose([2, 0]).HasLabels));
        Assert.NotEqual(dataset.Checksum(), new ImageDataset(new IdxImages(3, 1, 1, [1, 2, 3]), [0, 0, 0]).Checksum());
        var batches = new ShuffledBatches(dataset, 2, new RandomSource(1, "order"));
        Batch batch = batches.Next();
        Assert.Equal(new Shape(2, 1, 1, 1), batch.Images.Shape);
        Assert.Equal(0, batch.Labels.Length);
    }

    /// <summary>More than a byte holds, as of a thousand classes, but none below 0: a label is a class or becomes one.</summary>
    [Fact]
    public void Labels_are_any_numbers_from_0()
    {
        ImageDataset Labelled(int label) => new(new IdxImages(2, 1, 1, [1, 2]), [0, label]);
        Assert.Equal([0, int.MaxValue], Labelled(int.MaxValue).Labels);
        Assert.Equal(7, new[] { 0, 1, 255, 256, 257, 65536, int.MaxValue }.Select(label => Labelled(label).Checksum()).Distinct().Count());
    }

    [Fact]
    public void Labels_become_classes()
    {
        var dataset = new ImageDataset(new IdxImages(3, 1, 1, [1, 2, 3]), [26, 1, 7]);
        ImageDataset classes = dataset.WithClasses(new LabelSet(dataset.Labels));
        Assert.Equal([2, 0, 1], classes.Labels);
        Assert.Empty(classes.LabelNames);
    }

    [Fact]
    public void A_test_set_lies_beside_the_training_set()
    {
        using var folder = new TemporaryFolder();
        Assert.False(ImageDataset.HasTest(folder.Path));
        Assert.Contains(
            "t10k-images-idx3-ubyte", Assert.Throws<FileNotFoundException>(() => ImageDataset.LoadTest(folder.Path)).Message,
            StringComparison.Ordinal);
        IdxFile.WriteImages(folder["t10k-images-idx3-ubyte"], new IdxImages(2, 1, 1, [1, 2]));
        IdxFile.WriteLabels(folder["t10k-labels-idx1-ubyte"], [3, 4]);
        Assert.True(ImageDataset.HasTest(folder.Path));
        Assert.Equal([3, 4], ImageDataset.LoadTest(folder.Path).Labels);
    }

    [Fact]
    public void Some_of_the_images_keep_their_labels()
    {
        var dataset = new ImageDataset(new IdxImages(3, 1, 2, [0, 51, 102, 153, 204, 255]), [4, 5, 6]);
        ImageDataset chosen = dataset.Choose([2, 0, 2]);
        Assert.Equal([6, 4, 6], chosen.Labels);
        Tensor all = Values.Poisoned(new Shape(3, 1, 1, 2)), own = Values.Poisoned(all.Shape);
        dataset.CopyTo([2, 0, 2], all);
        chosen.CopyTo([0, 1, 2], own);
        Assert.Equal(all.ToRowMajor(), own.ToRowMajor());
    }

    [Fact]
    public void Images_are_handed_out_in_order_each_batch_in_memory_of_its_own()
    {
        Func<int, Tensor> next = new ImageDataset(new IdxImages(5, 1, 1, [0, 51, 102, 153, 204])).InOrder();
        Tensor first = next(2), second = next(3);
        Assert.Equal([-1, (51 / 127.5f) - 1], first.ToRowMajor());
        Assert.Equal([(102 / 127.5f) - 1, (153 / 127.5f) - 1, (204 / 127.5f) - 1], second.ToRowMajor());
        Assert.Throws<ArgumentOutOfRangeException>(() => next(1));
    }

    [Fact]
    public void Images_that_are_not_their_bytes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new IdxImages(2, 2, 2, new byte[7]));
        Assert.Throws<ArgumentException>(() => new IdxImages(65536, 65536, 1, []));
    }

    [Fact]
    public void An_epoch_shows_every_image_once_and_the_next_in_another_order()
    {
        var dataset = new ImageDataset(new IdxImages(103, 1, 1, [.. Enumerable.Range(0, 103).Select(i => (byte)i)]), new int[103]);
        ShuffledBatches Batches(ulong seed)
        {
            return new(dataset, 10, new RandomSource(seed, "order"));
        }

        ShuffledBatches batches = Batches(1), same = Batches(1), other = Batches(2);
        Assert.Equal(10, batches.BatchesPerEpoch);
        float[][] epochs = [Epoch(batches), Epoch(batches)];
        Assert.All(epochs, epoch => Assert.Equal(100, epoch.Distinct().Count()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.Equal(epochs[0], Epoch(same));
        Assert.NotEqual(epochs[0], Epoch(other));
    }

    private static float[] Epoch(ShuffledBatches batches) =>
        [.. Enumerable.Range(0, batches.BatchesPerEpoch).SelectMany(_ => batches.Next().Images.ToRowMajor())];
}
