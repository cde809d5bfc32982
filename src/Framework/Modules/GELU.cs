using MiniGan.Kernels;

namespace MiniGan.Modules;

/// <summary>
/// y = x · Φ(x), with Φ and φ the distribution and density of a standard normal variable, GELU′ = Φ(x) + x · φ(x) and
/// GELU″ = (2 − x²) · φ(x) (Hendrycks and Gimpel 2016, "Gaussian error linear units", section 2).
/// </summary>
/// <remarks>As PyTorch's <c>GELU</c>, which does not approximate Φ by a tanh unless told to.</remarks>
public sealed class GELU : Activation
{
    private const float MostOfDensity = 0.39894228f; // 1 / √(2π)

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        ElementMap<GaussianCdf>.Apply(x, y);
        TensorPrimitives.Multiply(x, y, y);
    }

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        Span<float> distribution = stackalloc float[256];
        Density(x, dx);
        for (int start = 0; start < x.Length; start += distribution.Length)
        {
            ReadOnlySpan<float> some = x.Slice(start, Math.Min(distribution.Length, x.Length - start));
            Span<float> density = dx.Slice(start, some.Length);
            ElementMap<GaussianCdf>.Apply(some, distribution[..some.Length]);
            TensorPrimitives.MultiplyAdd(some, density, distribution[..some.Length], density);
        }

        TensorPrimitives.Multiply(dx, dy, dx);
    }

    /// <inheritdoc/>
    protected override void ApplyCurvature(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> curvature)
    {
        Density(x, curvature);
        for (int i = 0; i < x.Length; i++)
        {
            float distance = Math.Min(Math.Abs(x[i]), 20); // φ is 0 there, and the square of more might be infinite
            curvature[i] = curvature[i] * (2 - (distance * distance)) * dy[i];
        }
    }

    private static void Density(ReadOnlySpan<float> x, Span<float> density)
    {
        TensorPrimitives.Multiply(x, x, density);
        TensorPrimitives.Multiply(density, -0.5f, density);
        TensorPrimitives.Exp(density, density);
        TensorPrimitives.Multiply(density, MostOfDensity, density);
    }
}
