using System.Numerics;
using System.Runtime.CompilerServices;
using MiniGan.Tensors;

namespace MiniGan.Kernels;

/// <summary>
/// Sums over all positions, and maps, that treat each channel by itself, for tensors whose channels are contiguous: rank 4 (channels-last)
/// or [N, C]. A position p is a place in the batch and in the image.
/// </summary>
/// <remarks>
/// Positions are cut into chunks whose size depends on the shape alone. A chunk is summed in float32 in memory order, the chunks in float64 in
/// their order: the same bits for any number of threads. SIMD: <see cref="Vector{T}.Count"/> channels at once; the last vector of a position
/// reads on into the next one (behind the end: <see cref="Tensor.ReadableTail"/>) and keeps only its own lanes. Scalar equivalent: the formula.
/// </remarks>
internal static unsafe class Channelwise
{
    private const int FloatsPerChunk = 16384;

    /// <summary>Σₚ x[p, c].</summary>
    public static void Sum(Tensor x, Span<double> sums) => Reduce<Identity>(x, x, null, sums);

    /// <summary>Σₚ (x[p, c] − mean[c])².</summary>
    public static void SumOfSquaredDeviations(Tensor x, Tensor mean, Span<double> sums) => Reduce<SquaredDeviation>(x, x, mean, sums);

    /// <summary>Σₚ dy[p, c] · (x[p, c] − mean[c]).</summary>
    public static void SumOfProductsWithDeviation(Tensor dy, Tensor x, Tensor mean, Span<double> sums) =>
        Reduce<ProductWithDeviation>(dy, x, mean, sums);

    /// <summary>sums[c] += Σₚ x[p, c].</summary>
    public static void AccumulateSum(Tensor x, Tensor sums)
    {
        double[] totals = new double[x.Shape.C];
        Sum(x, totals);
        Span<float> target = sums.Span;
        for (int c = 0; c < target.Length; c++)
        {
            target[c] += (float)totals[c];
        }
    }

    /// <summary>y[p, c] = (x[p, c] − mean[c]) · scale[c] + shift[c].</summary>
    public static void Normalize(Tensor x, Tensor mean, Tensor scale, Tensor shift, Tensor y) => Map<Affine>(x, x, mean, scale, shift, shift, y);

    /// <summary>dx[p, c] = scale[c] · (dy[p, c] − meanDy[c] − (x[p, c] − mean[c]) · slope[c]).</summary>
    public static void NormalizeBackward(Tensor dy, Tensor x, Tensor mean, Tensor scale, Tensor meanDy, Tensor slope, Tensor dx) =>
        Map<AffineBackward>(dy, x, mean, scale, meanDy, slope, dx);

    private static void Reduce<TOperation>(Tensor a, Tensor b, Tensor? mean, Span<double> sums)
        where TOperation : struct, IChannelOperation
    {
        int channels = a.Shape.C, lanes = Vector<float>.Count;
        int width = (channels + lanes - 1) / lanes * lanes;
        (int positions, int perChunk, int chunks) = Cut(a);
        nint partials = (nint)ThreadScratch.Floats(checked(chunks * width));
        new Span<float>((float*)partials, chunks * width).Clear();
        Parallelism.For(chunks, chunk =>
        {
            float* total = (float*)partials + ((nint)chunk * width);
            float* means = mean is null ? null : mean.Pointer;
            int last = Math.Min((chunk + 1) * perChunk, positions);
            for (int p = chunk * perChunk; p < last; p++)
            {
                float* x = a.Pointer + ((nint)p * channels), y = b.Pointer + ((nint)p * channels);
                for (int c = 0; c < channels; c += lanes)
                {
                    Vector<float> m = means == null ? default : Vector.Load(means + c);
                    Vector.Store(Vector.Load(total + c) + TOperation.Invoke(Vector.Load(x + c), Vector.Load(y + c), m, default, default, default), total + c);
                }
            }
        });

        sums.Clear();
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            var part = new ReadOnlySpan<float>((float*)partials + ((nint)chunk * width), channels);
            for (int c = 0; c < channels; c++)
            {
                sums[c] += part[c];
            }
        }
    }

    private static void Map<TOperation>(Tensor a, Tensor b, Tensor mean, Tensor p, Tensor q, Tensor r, Tensor result)
        where TOperation : struct, IChannelOperation
    {
        int channels = a.Shape.C, lanes = Vector<float>.Count;
        (int positions, int perChunk, int chunks) = Cut(a);
        Parallelism.For(chunks, chunk =>
        {
            float* rest = stackalloc float[lanes];
            int last = Math.Min((chunk + 1) * perChunk, positions);
            for (int position = chunk * perChunk; position < last; position++)
            {
                nint at = (nint)position * channels;
                for (int c = 0; c < channels; c += lanes)
                {
                    Vector<float> value = TOperation.Invoke(
                        Vector.Load(a.Pointer + at + c), Vector.Load(b.Pointer + at + c), Vector.Load(mean.Pointer + c),
                        Vector.Load(p.Pointer + c), Vector.Load(q.Pointer + c), Vector.Load(r.Pointer + c));
                    if (c + lanes <= channels)
                    {
                        Vector.Store(value, result.Pointer + at + c);
                    }
                    else
                    {
                        Vector.Store(value, rest);
                        new ReadOnlySpan<float>(rest, channels - c).CopyTo(new Span<float>(result.Pointer + at + c, channels - c));
                    }
                }
            }
        });
    }

    private static (int Positions, int PerChunk, int Chunks) Cut(Tensor x)
    {
        int positions = x.Shape.Count / Math.Max(x.Shape.C, 1);
        int perChunk = Math.Max(FloatsPerChunk / Math.Max(x.Shape.C, 1), 1);
        return (positions, perChunk, (positions + perChunk - 1) / perChunk);
    }

    private readonly struct Identity : IChannelOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Invoke(Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r) => a;
    }

    private readonly struct SquaredDeviation : IChannelOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Invoke(Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r) =>
            (a - mean) * (a - mean);
    }

    private readonly struct ProductWithDeviation : IChannelOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Invoke(Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r) =>
            a * (b - mean);
    }

    private readonly struct Affine : IChannelOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Invoke(Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r) =>
            ((a - mean) * p) + q;
    }

    private readonly struct AffineBackward : IChannelOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Invoke(Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r) =>
            p * (a - q - ((b - mean) * r));
    }
}
