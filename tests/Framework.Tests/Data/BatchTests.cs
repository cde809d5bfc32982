using MiniGan.Data;
using MiniGan.Tensors;

namespace MiniGan.Tests.Data;

public sealed class BatchTests
{
    [Fact]
    public void Images_alone_are_a_batch_without_labels()
    {
        var images = new Tensor(new Shape(2, 1, 3, 3));
        Batch batch = images;
        Assert.Same(images, batch.Images);
        Assert.True(batch.Labels.IsEmpty);
        Assert.Equal(batch, Batch.FromTensor(images));
        Assert.NotEqual(batch, new Batch(images, new[] { 1, 2 }));
    }

    /// <summary>Images and labels in one value, from the data set to the step. An image's pixel is its label.</summary>
    [Fact]
    public void Shuffled_batches_keep_images_and_labels_together()
    {
        int[] all = [.. Enumerable.Range(0, 10).Select(i => i * 1000)];
        var dataset = new ImageDataset(new IdxImages(10, 1, 1, [.. Enumerable.Range(0, 10).Select(i => (byte)i)]), all);
        Assert.Equal(new ImageShape(1, 1, 1), dataset.ImageShape);
        var seen = new List<int>();
        foreach ((Tensor images, ReadOnlyMemory<int> labels) in dataset.Shuffled(batchSize: 5, seed: 1).Take(4))
        {
            Assert.Equal(new Shape(5, 1, 1, 1), images.Shape);
            Assert.Equal(labels.ToArray().Select(label => (label / 1000 / 127.5f) - 1), images.ToRowMajor());
            seen.AddRange(labels.Span);
        }

        Assert.Equal(all, seen[..10].Order());
        Assert.Equal(all, seen[10..].Order());
        Assert.NotEqual(seen[..10], seen[10..]);
    }

    [Fact]
    public void The_sequence_goes_on_where_it_was_and_skips()
    {
        var dataset = new ImageDataset(new IdxImages(9, 1, 1, new byte[9]), [.. Enumerable.Range(0, 9)]);
        int[] all = [.. dataset.Shuffled(2, seed: 3).Take(10).SelectMany(batch => batch.Labels.ToArray())];
        ShuffledBatches batches = dataset.Shuffled(2, seed: 3), skipped = dataset.Shuffled(2, seed: 3);
        Assert.Equal(all[..6], batches.Take(3).SelectMany(batch => batch.Labels.ToArray()));
        Assert.Equal(all[6..8], batches.Next().Labels.ToArray());
        Assert.Equal(all[8..], batches.Take(6).SelectMany(batch => batch.Labels.ToArray()));
        skipped.Skip(4);
        Assert.Equal(all[8..], skipped.Take(6).SelectMany(batch => batch.Labels.ToArray()));
    }

    [Fact]
    public void Its_memory_is_reused()
    {
        ShuffledBatches batches = new ImageDataset(new IdxImages(4, 1, 1, [1, 2, 3, 4]), [1, 2, 3, 4]).Shuffled(2, seed: 1);
        Batch first = batches.Next();
        int[] labels = first.Labels.ToArray();
        Batch second = batches.Next();
        Assert.Same(first.Images, second.Images);
        Assert.True(first.Labels.Equals(second.Labels));
        Assert.NotEqual(labels, second.Labels.ToArray());
    }
}
