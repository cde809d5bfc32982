using MiniGan.Data;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// Batches of an epoch in random order, each image moved by a few pixels at random, with their labels. What moves in
/// from outside is black (−1).
/// </summary>
internal sealed class ShiftedBatches
{
    private readonly ImageDataset dataset;
    private readonly int shift;
    private readonly RandomSource order, shifts;
    private readonly int[] indices;
    private readonly Tensor images, shifted;
    private readonly int[] labels;

    public ShiftedBatches(ImageDataset dataset, int batchSize, int shift, ulong seed)
    {
        this.dataset = dataset;
        this.shift = shift;
        (order, shifts) = (new RandomSource(seed, "classifier order"), new RandomSource(seed, "classifier shifts"));
        indices = [.. Enumerable.Range(0, dataset.Count)];
        images = new Tensor(dataset.ImageShape.Batch(batchSize));
        shifted = new Tensor(images.Shape);
        labels = new int[batchSize];
    }

    /// <summary>Whole batches in an epoch; the images that do not fill one are left out of it.</summary>
    public int PerEpoch => indices.Length / labels.Length;

    /// <summary>Puts all the images into a new order.</summary>
    public void Shuffle() => order.Shuffle(indices);

    /// <summary>Batch <paramref name="number"/> of the epoch; it holds until the next call.</summary>
    public Batch Take(int number)
    {
        ReadOnlySpan<int> chosen = indices.AsSpan(number * labels.Length, labels.Length);
        dataset.CopyTo(chosen, images);
        shifted.Span.Fill(-1);
        for (int n = 0; n < chosen.Length; n++)
        {
            labels[n] = dataset.Labels[chosen[n]];
            Move(n, shifts.NextInt((2 * shift) + 1) - shift, shifts.NextInt((2 * shift) + 1) - shift);
        }

        return new Batch(shifted, labels);
    }

    private void Move(int n, int down, int right)
    {
        (int channels, int height, int width) = dataset.ImageShape;
        int rowLength = width * channels, length = rowLength - Math.Abs(right * channels);
        ReadOnlySpan<float> source = images.Span.Slice(n * height * rowLength, height * rowLength);
        Span<float> target = shifted.Span.Slice(n * height * rowLength, height * rowLength);
        for (int y = Math.Max(0, down); y < Math.Min(height, height + down); y++)
        {
            source.Slice(((y - down) * rowLength) + Math.Max(0, -right * channels), length)
                .CopyTo(target[((y * rowLength) + Math.Max(0, right * channels))..]);
        }
    }
}
