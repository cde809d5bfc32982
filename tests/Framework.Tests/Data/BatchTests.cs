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

    /// <summary>Seven images of label 5, two of 9 and one of 0: as many of each label, and each image as often as its kin.</summary>
    [Fact]
    public void Balanced_batches_have_as_many_images_of_each_label()
    {
        int[] labels = [5, 5, 9, 5, 5, 0, 5, 9, 5, 5];
        var dataset = new ImageDataset(new IdxImages(10, 1, 1, [.. Enumerable.Range(0, 10).Select(i => (byte)i)]), labels);
        (int Image, int Label)[] Take(ShuffledBatches batches, int count) => [.. batches.Take(count).SelectMany(batch =>
            batch.Images.ToRowMajor().Select(value => (int)MathF.Round((value + 1) * 127.5f)).Zip(batch.Labels.ToArray()))];
        (int Image, int Label)[] all = Take(dataset.Shuffled(5, seed: 1, balanced: true), 42);
        Assert.All(all, pair => Assert.Equal(labels[pair.Image], pair.Label));
        foreach ((int Image, int Label)[] epoch in all.Chunk(10))
        {
            Assert.Equal([4, 3, 3], epoch.CountBy(pair => pair.Label).OrderBy(count => count.Key).Select(count => count.Value));
        }

        // 21 epochs: 84 of the single image, 63 of the two, 63 of the seven.
        int[] counts = [.. Enumerable.Range(0, 10).Select(image => all.Count(pair => pair.Image == image))];
        Assert.Equal(84, counts[5]);
        Assert.Equal([31, 32], new[] { counts[2], counts[7] }.Order());
        Assert.All(Enumerable.Range(0, 10).Where(image => labels[image] == 5), image => Assert.Equal(9, counts[image]));

        // Which three of the seven come first depends on the seed.
        string First(ulong seed) => string.Join(
            ' ', Take(dataset.Shuffled(5, seed, balanced: true), 2).Where(pair => pair.Label == 5).Select(pair => pair.Image).Order());
        Assert.True(Enumerable.Range(1, 9).Select(seed => First((ulong)seed)).Distinct().Count() > 2);

        ShuffledBatches skipped = dataset.Shuffled(5, seed: 1, balanced: true);
        skipped.Skip(11);
        Assert.Equal(all[55..], Take(skipped, 31));
        Assert.NotEqual(all, Take(dataset.Shuffled(5, seed: 2, balanced: true), 42));
        Assert.NotEqual(skipped.Fingerprint, dataset.Shuffled(5, seed: 1).Fingerprint);
    }

    [Fact]
    public void Images_without_labels_cannot_be_balanced() => Assert.Equal("balanced", Assert.Throws<ArgumentException>(
        () => new ImageDataset(new IdxImages(4, 1, 1, [1, 2, 3, 4])).Shuffled(2, seed: 1, balanced: true)).ParamName);

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
