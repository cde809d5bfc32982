using System.Numerics;

namespace MiniGan.Kernels;

/// <summary>Φ(x) = ½ · erfc(−x / √2), the probability that a standard normal variable is at most x.</summary>
/// <remarks>
/// erfc(z) = t · exp(p(2t − 1) − z²) for z ≥ 0, with t = 1 / (1 + z / 2): ln(erfc(z) · exp(z²) / t) is smooth in t, and p its Chebyshev
/// interpolation of degree 11, with an error of 10⁻⁸, less than float32 rounds.
/// </remarks>
internal readonly struct GaussianCdf : IElementOperation
{
    private static ReadOnlySpan<float> Polynomial =>
    [
        -8.72838104e-05f, 8.0007382e-06f, 5.73766373e-04f, -2.27910966e-04f, -2.28876524e-03f, 1.79406625e-03f, 8.80882537e-03f,
        -9.88001932e-03f, -4.68936406e-02f, 4.73438876e-02f, 6.72643155e-01f, -6.71794092e-01f,
    ];

    public static Vector<float> Invoke(Vector<float> x)
    {
        Vector<float> z = Vector.Abs(x) * 0.70710678f, t = Vector<float>.One / (Vector<float>.One + (0.5f * z));
        Vector<float> u = t + t - Vector<float>.One, p = Vector<float>.Zero;
        foreach (float coefficient in Polynomial)
        {
            p = (p * u) + new Vector<float>(coefficient);
        }

        Vector<float> tail = 0.5f * t * Vector.Exp(p - (z * z));
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), tail, Vector<float>.One - tail);
    }
}
