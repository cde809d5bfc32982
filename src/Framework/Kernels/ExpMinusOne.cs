using System.Numerics;

namespace MiniGan.Kernels;

/// <summary>
/// eˣ − 1 for x ≤ 0, also where that is small: of u = eˣ, (u − 1) · x / ln u, in which the rounding of u cancels, or x where u is 1.
/// </summary>
internal readonly struct ExpMinusOne : IElementOperation
{
    public static Vector<float> Invoke(Vector<float> x)
    {
        Vector<float> u = Vector.Exp(x), difference = u - Vector<float>.One;
        Vector<float> exact = difference * (x / Vector.Log(u));
        exact = Vector.ConditionalSelect(Vector.Equals(u, Vector<float>.One), x, exact);

        // Where u is almost nothing, the difference is as it should be, and the logarithm may be infinite.
        return Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-8)), difference, exact);
    }
}
