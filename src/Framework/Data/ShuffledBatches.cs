using System.Collections;
using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>
/// An endless sequence of batches: all images in a random order, then again in another. An epoch's last images that do not
/// fill a batch are left out of that epoch. On request half of the images are mirrored, and there are as many of each label.
/// </summary>
public sealed class ShuffledBatches : IEnumerable<Batch>, IBatchSource
{
    private readonly ImageDataset dataset;
    private readonly RandomSource random;
    private readonly RandomSource? flips;
    private readonly int[] order, labels, drawn;
    private readonly int[][] decks; // the images of each label; none if they need not be as many
    private readonly bool[] flipped;
    private readonly int batchSize;
    private readonly Tensor images;
    private int next;

    /// <summary>Makes the sequence.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="batchSize">Images in a batch, from 1 to the size of the data set.</param>
    /// <param name="random">Where the orders come from.</param>
    /// <param name="flips">Where it comes from whether an image is mirrored, each time anew; null if none is.</param>
    /// <param name="balanced">
    /// Whether an epoch has as many images of each label that there is: some more than once, of others only a part, all in turn.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty or larger than the data set.</exception>
    /// <exception cref="ArgumentException">They are to be as many of each label, but have none.</exception>
    public ShuffledBatches(
        ImageDataset dataset, int batchSize, RandomSource random, RandomSource? flips = null, bool balanced = false)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(random);
        if (batchSize < 1 || batchSize > dataset.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), batchSize, $"A batch must have from 1 to {dataset.Count} images, the size of the data set.");
        }

        if (balanced && !dataset.HasLabels)
        {
            throw new ArgumentException("There cannot be as many images of each label: they have none.", nameof(balanced));
        }

        this.dataset = dataset;
        this.random = random;
        this.flips = flips;
        this.batchSize = batchSize;
        order = [.. Enumerable.Range(0, dataset.Count)];
        decks = [.. order.Where(_ => balanced).GroupBy(i => dataset.Labels[i]).OrderBy(deck => deck.Key).Select(deck => deck.ToArray())];
        drawn = [.. decks.Select(deck => deck.Length)];
        flipped = new bool[flips is null ? 0 : batchSize];
        labels = new int[dataset.HasLabels ? batchSize : 0];
        images = new Tensor(dataset.ImageShape.Batch(batchSize));
        BatchesPerEpoch = dataset.Count / batchSize;
    }

    /// <summary>Whole batches in an epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The checksum of the data set, the size of a batch, and whether images are mirrored, and as many of each label.</summary>
    public string Fingerprint => $"{dataset.Checksum()}/{batchSize}{(flips is null ? "" : "/flip")}{(decks.Length == 0 ? "" : "/balance")}";

    /// <summary>
    /// The next batch: images [batch, C, H, W] in [−1, 1], and their labels if they have any. Always the same memory,
    /// so it holds until the next call.
    /// </summary>
    public Batch Next()
    {
        ReadOnlySpan<int> indices = Advance();
        dataset.CopyTo(indices, images);
        for (int i = 0; i < flipped.Length; i++)
        {
            if (flipped[i])
            {
                Mirror(i);
            }
        }

        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = dataset.Labels[indices[i]];
        }

        return new Batch(images, labels);
    }

    /// <summary>The batches from here on, without end.</summary>
    public IEnumerator<Batch> GetEnumerator()
    {
        while (true)
        {
            yield return Next();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

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
            Deal();
            random.Shuffle(order);
            next = 0;
        }

        for (int i = 0; i < flipped.Length; i++)
        {
            flipped[i] = flips!.NextInt(2) == 1;
        }

        return order.AsSpan(next++ * batchSize, batchSize);
    }

    /// <summary>Takes an epoch's images from the decks of the labels in turn, and shuffles a deck that is used up.</summary>
    private void Deal()
    {
        for (int i = 0; i < order.Length && decks.Length > 0; i++)
        {
            int label = i % decks.Length;
            int[] deck = decks[label];
            if (drawn[label] == deck.Length)
            {
                random.Shuffle(deck);
                drawn[label] = 0;
            }

            order[i] = deck[drawn[label]++];
        }
    }

    /// <summary>Left becomes right: the pixels of each row in reverse, the channels of each as they were.</summary>
    private void Mirror(int n)
    {
        (int channels, int height, int width) = dataset.ImageShape;
        for (int y = 0; y < height; y++)
        {
            Span<float> row = images.Span.Slice(((n * height) + y) * width * channels, width * channels);
            row.Reverse();
            for (int x = 0; channels > 1 && x < row.Length; x += channels)
            {
                row.Slice(x, channels).Reverse();
            }
        }
    }
}
