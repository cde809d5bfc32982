using System.Numerics;
using MiniGan.Tensors;

namespace MiniGan.Kernels;

/// <summary>
/// Sums over all positions, each channel by itself. An instance keeps its working memory: make one per layer, and use
/// it from one thread at a time.
/// </summary>
/// <remarks>
/// A chunk (<see cref="ChannelChunks"/>) is summed in float32 in memory order, the chunks in float64 in their order. SIMD:
/// <see cref="Vector{T}.Count"/> channels at once; the last vector of a position reads on into the next one (behind the end:
/// <see cref="Tensor.ReadableTail"/>), and the lanes that do not belong to it are never looked at. Scalar equivalent: the formula.
/// </remarks>
internal sealed unsafe class ChannelSums
{
    private readonly int channels, width;
    private readonly Action<int> sumChunk, measureChunk, sumProductsOfChunk;

    private double[] first = [], second = [];
    private Tensor partials = new(new Shape(0));
    private Tensor? x, dy, mean, scale, offset;
    private float slope;
    private ChannelChunks chunks;

    /// <summary>Makes sums for tensors of that many channels; their memory is allocated when the first is computed.</summary>
    public ChannelSums(int channels)
    {
        this.channels = channels;
        width = (channels + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        sumChunk = SumChunk;
        measureChunk = MeasureChunk;
        sumProductsOfChunk = SumProductsOfChunk;
    }

    /// <summary>Σₚ x[p, c].</summary>
    /// <returns>A value per channel; holds until the next call of a method.</returns>
    public ReadOnlySpan<double> Sum(Tensor x)
    {
        this.x = x;
        Run(x, sumChunk);
        AddUp(0, first);
        return first;
    }

    /// <summary>sums[c] += Σₚ x[p, c]. Accumulates.</summary>
    public void AccumulateSum(Tensor x, Tensor sums)
    {
        ReadOnlySpan<double> added = Sum(x);
        Span<float> target = sums.Span;
        for (int c = 0; c < target.Length; c++)
        {
            target[c] += (float)added[c];
        }
    }

    /// <summary>
    /// The means m = Σₚ x[p, c] / M and Σₚ (x[p, c] − m)², where M is the number of positions: both in one pass, since each chunk tells its
    /// own, and two such pairs give that of their union (Chan, Golub and LeVeque 1979, "Updating formulae and a pairwise algorithm for
    /// computing sample variances", eq. 2.1).
    /// </summary>
    /// <param name="x">At least one position.</param>
    /// <param name="means">The means, a value per channel; holds until the next call of a method.</param>
    /// <param name="squaredDeviations">The sums; hold as long.</param>
    public void Moments(Tensor x, out ReadOnlySpan<double> means, out ReadOnlySpan<double> squaredDeviations)
    {
        this.x = x;
        Run(x, measureChunk);
        Array.Clear(first);
        Array.Clear(second);
        for (int chunk = 0; chunk < chunks.Count; chunk++)
        {
            double before = chunks.First(chunk), here = chunks.End(chunk) - chunks.First(chunk), weight = here / (before + here);
            float* chunkMeans = Partial(chunk, 0), deviations = Partial(chunk, 1);
            for (int c = 0; c < first.Length; c++)
            {
                double difference = chunkMeans[c] - first[c];
                first[c] += difference * weight;
                second[c] += deviations[c] + (difference * difference * before * weight);
            }
        }

        means = first;
        squaredDeviations = second;
    }

    /// <summary>
    /// Σₚ d[p, c] and Σₚ d[p, c] · (x[p, c] − mean[c]), in one pass, with d = dy where (x − mean) · scale + offset is positive, slope · dy
    /// elsewhere.
    /// </summary>
    /// <param name="dy">The one factor.</param>
    /// <param name="x">The other, of the same shape.</param>
    /// <param name="mean">A value per channel.</param>
    /// <param name="scale">A value per channel.</param>
    /// <param name="offset">A value per channel.</param>
    /// <param name="slope">1 if d is dy everywhere.</param>
    /// <param name="sums">Σ d, a value per channel; holds until the next call of a method.</param>
    /// <param name="products">Σ d · (x − mean); holds as long.</param>
    public void SumProducts(
        Tensor dy, Tensor x, Tensor mean, Tensor scale, Tensor offset, float slope, out ReadOnlySpan<double> sums,
        out ReadOnlySpan<double> products)
    {
        (this.dy, this.x, this.mean, this.scale, this.offset, this.slope) = (dy, x, mean, scale, offset, slope);
        Run(x, sumProductsOfChunk);
        AddUp(0, first);
        AddUp(1, second);
        sums = first;
        products = second;
    }

    private void Run(Tensor x, Action<int> chunk)
    {
        if (first.Length < channels)
        {
            (first, second) = (new double[channels], new double[channels]);
        }

        chunks = ChannelChunks.Of(x);
        int floats = checked(chunks.Count * 2 * width);
        if (partials.Shape.Count < floats)
        {
            partials = new Tensor(new Shape(floats));
        }

        partials.Span[..floats].Clear();
        Parallelism.For(chunks.Count, chunk);
    }

    private float* Partial(int chunk, int which) => partials.Pointer + ((((nint)chunk * 2) + which) * width);

    private void AddUp(int which, double[] sums)
    {
        Array.Clear(sums);
        for (int chunk = 0; chunk < chunks.Count; chunk++)
        {
            float* partial = Partial(chunk, which);
            for (int c = 0; c < sums.Length; c++)
            {
                sums[c] += partial[c];
            }
        }
    }

    private void SumChunk(int chunk) => Sum(chunk, Partial(chunk, 0));

    private void Sum(int chunk, float* total)
    {
        int channels = chunks.Channels;
        float* value = x!.Pointer + ((nint)chunks.First(chunk) * channels), end = x.Pointer + ((nint)chunks.End(chunk) * channels);
        for (; value < end; value += channels)
        {
            for (int c = 0; c < channels; c += Vector<float>.Count)
            {
                Vector.Store(Vector.Load(total + c) + Vector.Load(value + c), total + c);
            }
        }
    }

    private void MeasureChunk(int chunk)
    {
        float* means = Partial(chunk, 0), deviations = Partial(chunk, 1);
        Sum(chunk, means);
        int channels = chunks.Channels;
        var count = new Vector<float>(chunks.End(chunk) - chunks.First(chunk));
        for (int c = 0; c < channels; c += Vector<float>.Count)
        {
            Vector.Store(Vector.Load(means + c) / count, means + c);
        }

        float* value = x!.Pointer + ((nint)chunks.First(chunk) * channels), end = x.Pointer + ((nint)chunks.End(chunk) * channels);
        for (; value < end; value += channels)
        {
            for (int c = 0; c < channels; c += Vector<float>.Count)
            {
                Vector<float> deviation = Vector.Load(value + c) - Vector.Load(means + c);
                Vector.Store(Vector.Load(deviations + c) + (deviation * deviation), deviations + c);
            }
        }
    }

    private void SumProductsOfChunk(int chunk)
    {
        float* sums = Partial(chunk, 0), products = Partial(chunk, 1), means = mean!.Pointer;
        float* scales = scale!.Pointer, offsets = offset!.Pointer;
        var slopes = new Vector<float>(slope);
        int channels = chunks.Channels;
        nint end = (nint)chunks.End(chunk) * channels;
        for (nint at = (nint)chunks.First(chunk) * channels; at < end; at += channels)
        {
            float* gradient = dy!.Pointer + at, value = x!.Pointer + at;
            for (int c = 0; c < channels; c += Vector<float>.Count)
            {
                Vector<float> deviation = Vector.Load(value + c) - Vector.Load(means + c);
                Vector<float> d = Rectifier.Differentiate(
                    (deviation * Vector.Load(scales + c)) + Vector.Load(offsets + c), Vector.Load(gradient + c), slopes);
                Vector.Store(Vector.Load(sums + c) + d, sums + c);
                Vector.Store(Vector.Load(products + c) + (d * deviation), products + c);
            }
        }
    }
}
