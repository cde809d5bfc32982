namespace MiniGan.Sampling;

/// <summary>
/// Interpolation along a great circle ("slerp"; Shoemake 1985), for latent vectors after White 2016, "Sampling generative networks":
/// vectors of a normal distribution of many dimensions all lie near a sphere of radius √dimensions. The straight line between two of them
/// passes through its inside, where the generator has seen next to nothing; the great circle does not.
/// </summary>
public static class SphericalInterpolation
{
    private const double LeastSine = 1e-6;

    /// <summary>
    /// r(t) · (sin((1 − t)θ)/sin θ · a/|a| + sin(tθ)/sin θ · b/|b|), where θ is the angle between a and b and r(t) = (1 −
    /// t)|a| + t|b|: for vectors of the same length the formula of White; for others the direction goes along the circle
    /// and the length from one to the other.
    /// </summary>
    /// <remarks>
    /// Where there is no angle or no single great circle (a zero vector, the same direction, opposite directions) it is
    /// the straight line (1 − t)a + tb.
    /// </remarks>
    /// <param name="from">a.</param>
    /// <param name="to">b, as long as a.</param>
    /// <param name="t">The position, 0 (a itself) to 1 (b itself).</param>
    /// <param name="result">Overwritten; as long as a.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="t"/> is not within 0 to 1.</exception>
    public static void Interpolate(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t, Span<float> result)
    {
        if (from.Length != to.Length || from.Length != result.Length)
        {
            throw new ArgumentException(
                $"All vectors must be equally long, but have {from.Length}, {to.Length} and (the result) {result.Length} values.");
        }

        if (!(t >= 0 && t <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(t), t, "A position between two vectors is from 0 to 1.");
        }

        (double a, double b) = Weights(from, to, t);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (float)((a * from[i]) + (b * to[i]));
        }
    }

    private static (double From, double To) Weights(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t)
    {
        double fromLength = Math.Sqrt(Dot(from, from)), toLength = Math.Sqrt(Dot(to, to));
        double angle = Math.Acos(Math.Clamp(Dot(from, to) / (fromLength * toLength), -1, 1)), sine = Math.Sin(angle);
        if (!(sine >= LeastSine)) // also without an angle: NaN
        {
            return (1 - t, t);
        }

        double length = ((1 - t) * fromLength) + (t * toLength);
        return (length * Math.Sin((1 - t) * angle) / (sine * fromLength), length * Math.Sin(t * angle) / (sine * toLength));
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
