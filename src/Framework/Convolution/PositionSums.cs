using System.Numerics;
using System.Runtime.Intrinsics.X86;
using MiniGan.Kernels;

namespace MiniGan.Convolution;

/// <summary>
/// target[n, p, c] = Σ over the terms of p of factor · source[n, position, c]: a linear map of positions, the same for each channel.
/// Overwrites the target.
/// </summary>
/// <remarks>
/// SIMD: four times <see cref="Vector{T}.Count"/> channels at once, whose sums stay in registers, the rest one vector at a
/// time; there is no tail, since the channels are a multiple of that. Scalar equivalent: the formula, the terms in their order.
/// </remarks>
internal sealed unsafe class PositionSums
{
    private const int PositionsPerItem = 32, FloatsOfLine = 16;

    private readonly Term[] terms;
    private readonly int[] firsts;
    private readonly int sourcePositions, channels, items;
    private readonly nint ahead;
    private readonly Action<int> runItem;

    private float* sourceData, targetData;

    /// <summary>Makes the map.</summary>
    /// <param name="sums">The terms of each target position: source positions.</param>
    /// <param name="sourcePositions">Source positions in all.</param>
    /// <param name="channels">Channels of both sides, a multiple of <see cref="ChannelsAtOnce"/>.</param>
    /// <param name="ahead">Floats from a source to the one that will be summed up next, to be prefetched; 0 for none.</param>
    public PositionSums(IReadOnlyList<IReadOnlyList<Term>> sums, int sourcePositions, int channels, int ahead = 0)
    {
        terms = [.. sums.SelectMany(sum => sum)];
        firsts = new int[sums.Count + 1];
        for (int i = 0; i < sums.Count; i++)
        {
            firsts[i + 1] = firsts[i] + sums[i].Count;
        }

        (this.sourcePositions, this.channels, this.ahead) = (sourcePositions, channels, ahead);
        items = Division.Ceiling(Positions, PositionsPerItem);
        runItem = RunItem;
    }

    /// <summary>Of how many channels the channels must be a multiple.</summary>
    public static int ChannelsAtOnce => Vector<float>.Count;

    /// <summary>Target positions in all.</summary>
    public int Positions => firsts.Length - 1;

    /// <summary>Floats of the source in all.</summary>
    public int SourceFloats => checked(sourcePositions * channels);

    /// <summary>Floats of the target in all.</summary>
    public int TargetFloats => checked(Positions * channels);

    /// <summary>All positions of a batch.</summary>
    /// <param name="batch">How many items have these positions.</param>
    /// <param name="source">[batch][source positions][channels].</param>
    /// <param name="target">[batch][target positions][channels].</param>
    public void Run(int batch, float* source, float* target)
    {
        sourceData = source;
        targetData = target;
        Parallelism.For(batch * items, runItem);
    }

    /// <summary>All positions of one item of a batch.</summary>
    /// <param name="source">[source positions][channels].</param>
    /// <param name="target">[target positions][channels].</param>
    public void Run(float* source, float* target)
    {
        for (int position = 0; position < Positions; position++, target += channels)
        {
            Sum(position, source, channels, null, target, channels);
        }
    }

    /// <summary>Some channels of one position.</summary>
    /// <param name="position">Which.</param>
    /// <param name="source">The first of the channels at the first source position.</param>
    /// <param name="stride">Floats from one source position to the next.</param>
    /// <param name="bias">The bias of these channels, or null for zeros; it may be the target, to add to it.</param>
    /// <param name="target">Where the sums go.</param>
    /// <param name="channels">How many channels, a multiple of <see cref="ChannelsAtOnce"/>.</param>
    public void Sum(int position, float* source, nint stride, float* bias, float* target, int channels)
    {
        ReadOnlySpan<Term> sum = terms.AsSpan(firsts[position], firsts[position + 1] - firsts[position]);
        int lanes = Vector<float>.Count, c = 0;
        for (; c <= channels - (4 * lanes); c += 4 * lanes)
        {
            float* first = source + c;
            Vector<float> s0 = Vector<float>.Zero, s1 = s0, s2 = s0, s3 = s0;
            if (bias != null)
            {
                s0 = Vector.Load(bias + c);
                s1 = Vector.Load(bias + c + lanes);
                s2 = Vector.Load(bias + c + (2 * lanes));
                s3 = Vector.Load(bias + c + (3 * lanes));
            }

            foreach (Term term in sum)
            {
                float* from = first + (term.Index * stride);
                Prefetch(from);
                Prefetch(from + FloatsOfLine);
                var factor = new Vector<float>(term.Factor);
                s0 = Vector.MultiplyAddEstimate(Vector.Load(from), factor, s0);
                s1 = Vector.MultiplyAddEstimate(Vector.Load(from + lanes), factor, s1);
                s2 = Vector.MultiplyAddEstimate(Vector.Load(from + (2 * lanes)), factor, s2);
                s3 = Vector.MultiplyAddEstimate(Vector.Load(from + (3 * lanes)), factor, s3);
            }

            Vector.Store(s0, target + c);
            Vector.Store(s1, target + c + lanes);
            Vector.Store(s2, target + c + (2 * lanes));
            Vector.Store(s3, target + c + (3 * lanes));
        }

        for (; c < channels; c += lanes)
        {
            Vector<float> s = bias == null ? Vector<float>.Zero : Vector.Load(bias + c);
            foreach (Term term in sum)
            {
                float* from = source + (term.Index * stride) + c;
                Prefetch(from);
                s = Vector.MultiplyAddEstimate(Vector.Load(from), new Vector<float>(term.Factor), s);
            }

            Vector.Store(s, target + c);
        }
    }

    private void Prefetch(float* from)
    {
        if (Sse.IsSupported && ahead != 0)
        {
            Sse.Prefetch1(from + ahead);
        }
    }

    private void RunItem(int item)
    {
        (int n, int first) = Math.DivRem(item, items);
        first *= PositionsPerItem;
        int end = Math.Min(first + PositionsPerItem, Positions);
        float* source = sourceData + ((nint)n * sourcePositions * channels);
        float* target = targetData + ((((nint)n * Positions) + first) * channels);
        for (int position = first; position < end; position++, target += channels)
        {
            Sum(position, source, channels, null, target, channels);
        }
    }
}
