using MiniGan.Data;
using MiniGan.Tensors;

namespace MiniGan.Tests.Data;

public sealed class GeneratedBatchesTests
{
    [Fact]
    public void Batches_come_by_their_number_and_may_be_skipped()
    {
        GeneratedBatches batches = new(i => Batch(2, (int)i));
        Assert.Equal(0, batches.Next().Labels.Span[0]);
        Assert.Equal(1, batches.Next().Labels.Span[0]);
        batches.Skip(3);
        Assert.Equal(5, batches.Next().Labels.Span[0]);
        Assert.Equal(0, batches.BatchesPerEpoch);
    }

    [Fact]
    public void A_fingerprint_is_that_of_the_first_batch_whatever_was_taken()
    {
        int asked = 0;
        GeneratedBatches batches = new(i =>
        {
            asked++;
            return Batch(2, (int)i);
        });
        string before = batches.Fingerprint;
        batches.Next();
        Assert.Equal(before, batches.Fingerprint);
        Assert.Equal(2, asked); // once for the fingerprint, which is kept
        Assert.Equal(before, new GeneratedBatches(i => Batch(2, (int)i)).Fingerprint);
        Assert.NotEqual(before, new GeneratedBatches(i => Batch(3, (int)i)).Fingerprint);
        Assert.NotEqual(before, new GeneratedBatches(i => Batch(2, (int)i) with { Images = new(new Shape(2, 1, 4, 1)) }).Fingerprint);
        Assert.NotEqual(before, new GeneratedBatches(i => Batch(2, (int)i, pixel: 1)).Fingerprint);
        Assert.NotEqual(before, new GeneratedBatches(i => Batch(2, (int)i + 1)).Fingerprint);
        Assert.NotEqual(before, new GeneratedBatches(i => Batch(2, (int)i) with { Labels = default }).Fingerprint);
    }

    [Fact]
    public void Shuffled_batches_are_told_by_their_images_and_their_size()
    {
        ImageDataset Images(byte pixel) => new(new IdxImages(4, 2, 2, [.. Enumerable.Repeat(pixel, 16)]));
        string before = Images(7).Shuffled(2, seed: 1).Fingerprint;
        Assert.Equal(before, Images(7).Shuffled(2, seed: 1).Fingerprint);
        Assert.NotEqual(before, Images(8).Shuffled(2, seed: 1).Fingerprint);
        Assert.NotEqual(before, Images(7).Shuffled(4, seed: 1).Fingerprint);
    }

    private static Batch Batch(int count, int label, float pixel = 0)
    {
        var images = new Tensor(new Shape(count, 1, 2, 2));
        images.Span[^1] = pixel;
        return new(images, Enumerable.Repeat(label, count).ToArray());
    }
}
