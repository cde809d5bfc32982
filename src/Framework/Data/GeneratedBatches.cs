namespace MiniGan.Data;

/// <summary>Batches that a function makes, without end.</summary>
/// <param name="batchOf">
/// From the number of a batch, counted from 0, to the batch. The same number must give the same batch: what is random
/// in it comes from a seed and that number.
/// </param>
/// <example>
/// <code>
/// var batches = new GeneratedBatches(i => Discs(count: 32, new RandomSource(seed: 1, $"discs {i}")));
/// </code>
/// </example>
public sealed class GeneratedBatches(Func<long, Batch> batchOf) : IBatchSource
{
    private readonly Func<long, Batch> batchOf = batchOf ?? throw new ArgumentNullException(nameof(batchOf));
    private long next;

    /// <summary>0: there are no epochs.</summary>
    public int BatchesPerEpoch => 0;

    /// <summary>Null: what a function makes is known only once it is made.</summary>
    public string? Fingerprint => null;

    /// <inheritdoc/>
    public Batch Next() => batchOf(next++);

    /// <inheritdoc/>
    public void Skip(long batches)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batches);
        next += batches;
    }
}
