using System.Numerics;
using MiniGan.Tensors;

namespace MiniGan.Kernels;

/// <summary>
/// result[p, c] = f(a[p, c], b[p, c]; constants of channel c) at all positions p. An instance keeps what it runs on: make one per layer,
/// and use it from one thread at a time.
/// </summary>
/// <remarks>
/// SIMD: <see cref="Vector{T}.Count"/> channels at once; the last vector of a position reads on into the next one (behind the end:
/// <see cref="Tensor.ReadableTail"/>) and writes only its own lanes. Scalar equivalent: the formula.
/// </remarks>
/// <typeparam name="TOperation">f.</typeparam>
internal sealed unsafe class ChannelMap<TOperation>
    where TOperation : struct, IChannelOperation
{
    private readonly Action<int> runChunk;

    private Tensor? a, b, mean, p, q, r, s, result;
    private float slope;
    private ChannelChunks chunks;

    /// <summary>Makes the map.</summary>
    public ChannelMap() => runChunk = RunChunk;

    /// <summary>Overwrites the result.</summary>
    /// <param name="a">The first argument of f.</param>
    /// <param name="b">The second, of the same shape.</param>
    /// <param name="mean">A constant a channel.</param>
    /// <param name="p">Another.</param>
    /// <param name="q">Another.</param>
    /// <param name="r">Another.</param>
    /// <param name="s">Another.</param>
    /// <param name="slope">One of all channels.</param>
    /// <param name="result">Of the same shape as the arguments.</param>
    public void Run(Tensor a, Tensor b, Tensor mean, Tensor p, Tensor q, Tensor r, Tensor s, float slope, Tensor result)
    {
        (this.a, this.b, this.mean, this.p, this.q, this.r, this.s) = (a, b, mean, p, q, r, s);
        (this.slope, this.result) = (slope, result);
        chunks = ChannelChunks.Of(a);
        Parallelism.For(chunks.Count, runChunk);
    }

    private void RunChunk(int chunk)
    {
        int channels = chunks.Channels, lanes = Vector<float>.Count;
        float* rest = stackalloc float[lanes];
        float* means = mean!.Pointer, ps = p!.Pointer, qs = q!.Pointer, rs = r!.Pointer, ss = s!.Pointer;
        var slopes = new Vector<float>(slope);
        nint end = (nint)chunks.End(chunk) * channels;
        for (nint at = (nint)chunks.First(chunk) * channels; at < end; at += channels)
        {
            float* from = a!.Pointer + at, other = b!.Pointer + at, to = result!.Pointer + at;
            for (int c = 0; c < channels; c += lanes)
            {
                Vector<float> value = TOperation.Invoke(
                    Vector.Load(from + c), Vector.Load(other + c), Vector.Load(means + c), Vector.Load(ps + c),
                    Vector.Load(qs + c), Vector.Load(rs + c), Vector.Load(ss + c), slopes);
                if (c + lanes <= channels)
                {
                    Vector.Store(value, to + c);
                }
                else
                {
                    Vector.Store(value, rest);
                    new ReadOnlySpan<float>(rest, channels - c).CopyTo(new Span<float>(to + c, channels - c));
                }
            }
        }
    }
}
