namespace MiniGan.Data;

/// <summary>
/// Where a training takes its batches from: one after the other, and the same ones again after <see cref="Skip"/>, so that a
/// training can go on where it stopped.
/// </summary>
public interface IBatchSource
{
    /// <summary>Batches of an epoch; 0 for a source without epochs.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>What tells these batches from others, for example a checksum of their images; null if nothing does.</summary>
    string? Fingerprint { get; }

    /// <summary>The next batch: images [N, C, H, W] in [−1, 1]. Its memory may be used again for the one after it.</summary>
    Batch Next();

    /// <summary>Goes on as if so many batches had been taken.</summary>
    /// <param name="batches">How many, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    void Skip(long batches);
}
