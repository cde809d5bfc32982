using System.Numerics;
using System.Runtime.InteropServices;

namespace MiniGan.Kernels;

/// <summary>
/// result = condition &gt; 0 ? value : slope · value, element by element: a LeakyReLU, forward or backward, in one pass.
/// </summary>
internal static class SlopedSelection
{
    /// <summary>Overwrites the result.</summary>
    /// <remarks>SIMD: <see cref="Vector{T}.Count"/> elements at once; the tail by the scalar equivalent, the formula.</remarks>
    /// <param name="condition">What is compared with 0.</param>
    /// <param name="values">The values.</param>
    /// <param name="slope">The factor where the condition is not positive.</param>
    /// <param name="result">The result; it may be the memory of another argument.</param>
    public static void Apply(ReadOnlySpan<float> condition, ReadOnlySpan<float> values, float slope, Span<float> result)
    {
        ReadOnlySpan<Vector<float>> conditions = MemoryMarshal.Cast<float, Vector<float>>(condition);
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Span<Vector<float>> results = MemoryMarshal.Cast<float, Vector<float>>(result);
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Vector.ConditionalSelect(
                Vector.GreaterThan(conditions[i], Vector<float>.Zero), vectors[i], vectors[i] * slope);
        }

        for (int i = results.Length * Vector<float>.Count; i < result.Length; i++)
        {
            result[i] = condition[i] > 0 ? values[i] : values[i] * slope;
        }
    }
}
