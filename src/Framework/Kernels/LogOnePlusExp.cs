using System.Numerics;

namespace MiniGan.Kernels;

/// <summary>
/// ln(1 + eˣ), also where that is small, as max(x, 0) + ln(1 + u) with u = e^−|x|, since e to a positive power might be infinite. And
/// ln(1 + u) = ln v · u / (v − 1), v = 1 + u, in which the rounding of v cancels, or u where v is 1.
/// </summary>
internal readonly struct LogOnePlusExp : IElementOperation
{
    public static Vector<float> Invoke(Vector<float> x)
    {
        Vector<float> u = Vector.Exp(-Vector.Abs(x)), v = Vector<float>.One + u;
        Vector<float> exact = Vector.Log(v) * (u / (v - Vector<float>.One));
        Vector<float> positive = Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), Vector<float>.Zero, x);
        return positive + Vector.ConditionalSelect(Vector.Equals(v, Vector<float>.One), u, exact);
    }
}
