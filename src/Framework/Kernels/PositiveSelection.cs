using System.Numerics;
using System.Runtime.InteropServices;

namespace MiniGan.Kernels;

/// <summary>result = condition &gt; 0 ? positive : result, element by element. TensorPrimitives has no select.</summary>
internal static class PositiveSelection
{
    /// <summary>Overwrites the result where the condition is positive.</summary>
    /// <remarks>SIMD: <see cref="Vector{T}.Count"/> elements at once; the tail by the scalar equivalent, the formula.</remarks>
    /// <param name="condition">What is compared with 0.</param>
    /// <param name="positive">What the result becomes there.</param>
    /// <param name="result">The result; it may be the memory of another argument.</param>
    public static void Apply(ReadOnlySpan<float> condition, ReadOnlySpan<float> positive, Span<float> result)
    {
        ReadOnlySpan<Vector<float>> conditions = MemoryMarshal.Cast<float, Vector<float>>(condition);
        ReadOnlySpan<Vector<float>> positives = MemoryMarshal.Cast<float, Vector<float>>(positive);
        Span<Vector<float>> results = MemoryMarshal.Cast<float, Vector<float>>(result);
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Vector.ConditionalSelect(Vector.GreaterThan(conditions[i], Vector<float>.Zero), positives[i], results[i]);
        }

        for (int i = results.Length * Vector<float>.Count; i < result.Length; i++)
        {
            result[i] = condition[i] > 0 ? positive[i] : result[i];
        }
    }
}
