using System.Numerics;
using System.Runtime.InteropServices;

namespace MiniGan.Kernels;

/// <summary>result[i] = f(x[i]), for functions that TensorPrimitives has not, or not precisely.</summary>
/// <remarks>
/// SIMD: <see cref="Vector{T}.Count"/> elements at once, the tail in a vector that is filled up with zeros. Scalar equivalent: the formula.
/// </remarks>
/// <typeparam name="TOperation">f.</typeparam>
internal static class ElementMap<TOperation>
    where TOperation : struct, IElementOperation
{
    /// <summary>Overwrites the result.</summary>
    /// <param name="x">x.</param>
    /// <param name="result">f(x), as many; may be the memory of x.</param>
    public static void Apply(ReadOnlySpan<float> x, Span<float> result)
    {
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(result);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = TOperation.Invoke(from[i]);
        }

        int rest = x.Length - (to.Length * Vector<float>.Count);
        if (rest > 0)
        {
            Span<float> last = stackalloc float[Vector<float>.Count];
            x[^rest..].CopyTo(last);
            last[rest..].Clear();
            TOperation.Invoke(new Vector<float>(last)).CopyTo(last);
            last[..rest].CopyTo(result[^rest..]);
        }
    }
}
