using System.Numerics;
using System.Runtime.CompilerServices;

namespace MiniGan.Kernels;

/// <summary>A LeakyReLU in registers, with the bits of <see cref="SlopedSelection"/>, or of a maximum with 0 if the slope is 0.</summary>
internal static class Rectifier
{
    /// <summary>v where v &gt; 0, slope · v elsewhere; with a slope of 0 nothing of v but NaN, since ∞ · 0 is no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Apply(Vector<float> v, Vector<float> slope)
    {
        Vector<float> elsewhere = Vector.ConditionalSelect(
            Vector.Equals(slope, Vector<float>.Zero), Vector.Max(v, Vector<float>.Zero), v * slope);
        return Vector.ConditionalSelect(Vector.GreaterThan(v, Vector<float>.Zero), v, elsewhere);
    }

    /// <summary>Its derivative at v times d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Differentiate(Vector<float> v, Vector<float> d, Vector<float> slope) =>
        Vector.ConditionalSelect(Vector.GreaterThan(v, Vector<float>.Zero), d, d * slope);
}
