using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MiniGan.Kernels;
using MiniGan.Modules;

namespace MiniGan.Optimizers;

/// <summary>
/// Scales the gradients g of all parameters together so that their norm |g| is at most a given one: g ← g · min(1, max / (|g| + 10⁻⁶)).
/// Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
/// </summary>
/// <remarks>
/// As PyTorch's <c>clip_grad_norm_</c>, but for |g|, which is summed in float64, and for gradients that are not finite, which stay as they
/// are. The results are the same bits for any number of threads, and clipping makes no garbage.
/// </remarks>
public sealed class GradientClipping
{
    private const int FloatsPerChunk = 4096;

    private readonly Chunk[] chunks;
    private readonly double[] sums;
    private readonly Action<int> sumChunk, scaleChunk;
    private float factor;

    /// <summary>Makes a clipping of gradients.</summary>
    /// <param name="parameters">Whose gradients, each once.</param>
    /// <param name="maxNorm">The largest norm, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The norm is not a positive number.</exception>
    /// <exception cref="ArgumentException">A parameter is null, or a duplicate.</exception>
    public GradientClipping(IEnumerable<Parameter> parameters, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(maxNorm > 0 && double.IsFinite(maxNorm)))
        {
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "The largest norm of a gradient must be a positive number.");
        }

        Parameter[] clipped = [.. parameters];
        if (clipped.Contains(null))
        {
            throw new ArgumentException("No parameter may be null.", nameof(parameters));
        }

        if (clipped.Distinct().Count() < clipped.Length)
        {
            throw new ArgumentException("Duplicate parameter: its gradient would count twice. Give each once.", nameof(parameters));
        }

        MaxNorm = maxNorm;
        chunks = [.. clipped.SelectMany(parameter => ChunksOf(parameter))];
        sums = new double[chunks.Length];
        (sumChunk, scaleChunk) = (SumChunk, ScaleChunk);
    }

    /// <summary>The largest norm.</summary>
    public double MaxNorm { get; }

    /// <summary>Scales the gradients, if their norm is too large.</summary>
    /// <returns>
    /// |g| = √(Σ g²) over all elements of all gradients, as it was before; not finite exactly if an element is not, and then nothing was
    /// scaled.
    /// </returns>
    public double Clip()
    {
        Parallelism.For(chunks.Length, sumChunk);
        double sum = 0;
        foreach (double ofChunk in sums)
        {
            sum += ofChunk;
        }

        double norm = Math.Sqrt(sum), scale = MaxNorm / (norm + 1e-6);
        if (double.IsFinite(norm) && scale < 1)
        {
            factor = (float)scale;
            Parallelism.For(chunks.Length, scaleChunk);
        }

        return norm;
    }

    private static IEnumerable<Chunk> ChunksOf(Parameter parameter)
    {
        for (int start = 0; start < parameter.Value.Shape.Count; start += FloatsPerChunk)
        {
            yield return new Chunk(parameter, start, Math.Min(FloatsPerChunk, parameter.Value.Shape.Count - start));
        }
    }

    private void SumChunk(int chunk) => sums[chunk] = SumOfSquares(chunks[chunk].Gradient);

    private void ScaleChunk(int chunk) => TensorPrimitives.Multiply(chunks[chunk].Gradient, factor, chunks[chunk].Gradient);

    /// <summary>Σ x², in float64 and in an order that no instruction set changes: eight sums of every eighth element.</summary>
    private static double SumOfSquares(ReadOnlySpan<float> x)
    {
        Vector256<double> low = Vector256<double>.Zero, high = low;
        ReadOnlySpan<Vector256<float>> eights = MemoryMarshal.Cast<float, Vector256<float>>(x);
        foreach (Vector256<float> eight in eights)
        {
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(eight);
            low += first * first;
            high += second * second;
        }

        low += high;
        double sum = low[0] + low[1] + low[2] + low[3];
        foreach (float value in x[(eights.Length * Vector256<float>.Count)..])
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private readonly record struct Chunk(Parameter Parameter, int Start, int Length)
    {
        public Span<float> Gradient => Parameter.Gradient.Span.Slice(Start, Length);
    }
}
