using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace MiniGan.Data;

/// <summary>Batches that a function makes, without end.</summary>
/// <param name="batchOf">
/// Makes a batch from its number, which counts from 0. The same number must give the same batch: what is random
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
    private string? fingerprint;

    /// <summary>0: there are no epochs.</summary>
    public int BatchesPerEpoch => 0;

    /// <summary>A checksum of the first batch and its labels (XXH3, 128 bits, hexadecimal); it has the size of a batch in it.</summary>
    public string Fingerprint => fingerprint ??= ChecksumOf(batchOf(0));

    /// <inheritdoc/>
    public Batch Next() => batchOf(next++);

    /// <inheritdoc/>
    public void Skip(long batches)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batches);
        next += batches;
    }

    private static string ChecksumOf(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch.Images, nameof(batch));
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes<int>(batch.Images.Shape.ToArray()));
        hash.Append(MemoryMarshal.AsBytes(batch.Images.Span));
        hash.Append(MemoryMarshal.AsBytes(batch.Labels.Span));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
