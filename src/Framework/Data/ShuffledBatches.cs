using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>
/// An endless sequence of batches: all images in a random order, then again in another. An epoch's last images that do not fill a batch are left out
/// of that epoch.
/// </summary>
public sealed class ShuffledBatches
{
    private readonly ImageDataset dataset;
    private readonly RandomSource random;
    private readonly int[] order, labels;
    private readonly int batchSize;
    private readonly Tensor batch;
    private int next;

    /// <summary>Makes the sequence.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="batchSize">Images in a batch, from 1 to the size of the data set.</param>
    /// <param name="random">Where the orders come from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty or larger than the data set.</exception>
    public ShuffledBatches(ImageDataset dataset, int batchSize, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(random);
        if (batchSize < 1 || batchSize > dataset.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, $"A batch must have from 1 to {dataset.Count} images, the size of the data set.");
        }

        this.dataset = dataset;
        this.random = random;
        this.batchSize = batchSize;
        order = [.. Enumerable.Range(0, dataset.Count)];
        labels = new int[dataset.HasLabels ? batchSize : 0];
        batch = new Tensor(new Shape(batchSize, 1, dataset.Height, dataset.Width));
        BatchesPerEpoch = dataset.Count / batchSize;
    }

    /// <summary>Whole batches in an epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The labels of the last batch; none if the images have none.</summary>
    public ReadOnlySpan<int> Labels => labels;

    /// <summary>The next batch, [batch, 1, H, W] in [−1, 1]; always the same tensor, so it holds until the next call.</summary>
    public Tensor Next()
    {
        ReadOnlySpan<int> indices = Advance();
        dataset.CopyTo(indices, batch);
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = dataset.Labels[indices[i]];
        }

        return batch;
    }

    /// <summary>Goes on as if so many batches had been taken.</summary>
    /// <param name="batches">How many, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public void Skip(long batches)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batches);
        for (; batches > 0; batches--)
        {
            Advance();
        }
    }

    private ReadOnlySpan<int> Advance()
    {
        if (next % BatchesPerEpoch == 0)
        {
            random.Shuffle(order);
            next = 0;
        }

        return order.AsSpan(next++ * batchSize, batchSize);
    }
}
