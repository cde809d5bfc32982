using MiniGan.Tensors;

namespace MiniGan.Kernels;

/// <summary>
/// How work on a tensor whose channels are contiguous, rank 4 (channels-last) or [N, C], is cut: into chunks of whole positions, a position
/// being a place in the batch and in the image. The cut depends on the shape alone, so that the bits are the same for
/// any number of threads.
/// </summary>
/// <param name="Channels">Channels of a position.</param>
/// <param name="Positions">Positions in all.</param>
/// <param name="PerChunk">Positions in a chunk; the last may have fewer.</param>
internal readonly record struct ChannelChunks(int Channels, int Positions, int PerChunk)
{
    private const int FloatsPerChunk = 16384, FewestPositions = 16;

    /// <summary>The cut of a tensor.</summary>
    public static ChannelChunks Of(Tensor x)
    {
        int channels = Math.Max(x.Shape.C, 1);
        return new(channels, x.Shape.Count / channels, Math.Max(FloatsPerChunk / channels, FewestPositions));
    }

    /// <summary>How many chunks there are.</summary>
    public int Count => (int)(((long)Positions + PerChunk - 1) / PerChunk);

    /// <summary>The first position of a chunk.</summary>
    public int First(int chunk) => chunk * PerChunk;

    /// <summary>The position behind the last of a chunk.</summary>
    public int End(int chunk) => (int)Math.Min((chunk + 1L) * PerChunk, Positions);
}
