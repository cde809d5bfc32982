using System.Numerics.Tensors;

namespace MiniGan.Samples.Watch;

/// <summary>Spherical interpolation (Shoemake 1985; for GANs White 2016, "Sampling generative networks"): unlike the straight line it keeps to lengths that the generator has seen.</summary>
internal static class LatentWalk
{
    private const double NearlyParallel = 1e-4;

    /// <summary>sin((1 − t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b, where Ω is the angle between a and b; the straight line if they are parallel.</summary>
    /// <param name="a">At t = 0.</param>
    /// <param name="b">At t = 1.</param>
    /// <param name="t">From 0 to 1.</param>
    /// <param name="result">Overwritten.</param>
    public static void At(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double t, Span<float> result)
    {
        double cosine = TensorPrimitives.CosineSimilarity(a, b);
        double angle = Math.Acos(Math.Clamp(double.IsNaN(cosine) ? 1 : cosine, -1, 1)), sine = Math.Sin(angle);
        (double ofA, double ofB) = sine < NearlyParallel ? (1 - t, t) : (Math.Sin((1 - t) * angle) / sine, Math.Sin(t * angle) / sine);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (float)((ofA * a[i]) + (ofB * b[i]));
        }
    }
}
