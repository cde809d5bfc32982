namespace MiniGan.Kernels;

/// <summary>
/// x̂ = (x − μ) · r with r = 1 / √(σ² + ε), over a set of M values, and its derivatives. J = ∂x̂/∂x is symmetric:
/// J · d = r · (d − Σd / M − x̂ · Σ(x̂ · d) / M). Without a mean, as of a root mean square, the terms μ and Σd are left out.
/// </summary>
internal static class Standardization
{
    /// <summary>x̂, overwritten.</summary>
    /// <param name="x">x; may be the result itself.</param>
    /// <param name="standardized">x̂.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="centred">Whether there is a mean.</param>
    /// <returns>r.</returns>
    public static float Apply(ReadOnlySpan<float> x, Span<float> standardized, double epsilon, bool centred)
    {
        int m = x.Length;
        if (centred)
        {
            // What rounding leaves of the mean is taken off once more: x may lie far from 0.
            TensorPrimitives.Subtract(x, TensorPrimitives.Sum(x) / m, standardized);
            float rest = TensorPrimitives.Sum<float>(standardized) / m;
            TensorPrimitives.Subtract(standardized, rest, standardized);
        }
        else
        {
            x.CopyTo(standardized);
        }

        float r = InverseRoot(standardized, epsilon);
        TensorPrimitives.Multiply(standardized, r, standardized);
        return r;
    }

    /// <summary>1 / √(mean x² + ε).</summary>
    public static float InverseRoot(ReadOnlySpan<float> x, double epsilon)
    {
        double sum = TensorPrimitives.SumOfSquares(x);
        if (double.IsInfinity(sum))
        {
            // Squares that are too large for a float32, or an infinity, which must not become 0.
            sum = 0;
            foreach (float value in x)
            {
                sum += (double)value * value;
            }
        }

        return double.IsInfinity(sum) ? float.NaN : (float)(1 / Math.Sqrt((sum / x.Length) + epsilon));
    }

    /// <summary>J · d, overwritten.</summary>
    /// <param name="standardized">x̂.</param>
    /// <param name="r">r.</param>
    /// <param name="d">d.</param>
    /// <param name="result">J · d; not the memory of d.</param>
    /// <param name="centred">Whether there is a mean.</param>
    public static void Differentiate(
        ReadOnlySpan<float> standardized, float r, ReadOnlySpan<float> d, Span<float> result, bool centred)
    {
        TensorPrimitives.Multiply(standardized, -TensorPrimitives.Dot(standardized, d) / d.Length, result);
        TensorPrimitives.Add(result, d, result);
        if (centred)
        {
            TensorPrimitives.Subtract(result, TensorPrimitives.Sum(d) / d.Length, result);
        }

        TensorPrimitives.Multiply(result, r, result);
    }

    /// <summary>
    /// ∂(v · J · d)/∂x = −r / M · ((v · J · d) · x̂ + (x̂ · d) · J · v + (x̂ · v) · J · d), overwritten: r depends on x by −r² · x̂ / M,
    /// and x̂ by J.
    /// </summary>
    /// <param name="standardized">x̂.</param>
    /// <param name="r">r.</param>
    /// <param name="d">d.</param>
    /// <param name="v">v.</param>
    /// <param name="ofD">J · d.</param>
    /// <param name="ofV">J · v.</param>
    /// <param name="result">The result.</param>
    public static void Curvature(
        ReadOnlySpan<float> standardized, float r, ReadOnlySpan<float> d, ReadOnlySpan<float> v, ReadOnlySpan<float> ofD,
        ReadOnlySpan<float> ofV, Span<float> result)
    {
        float factor = -r / d.Length;
        TensorPrimitives.Multiply(standardized, factor * TensorPrimitives.Dot(v, ofD), result);
        TensorPrimitives.MultiplyAdd(ofV, factor * TensorPrimitives.Dot(standardized, d), result, result);
        TensorPrimitives.MultiplyAdd(ofD, factor * TensorPrimitives.Dot(standardized, v), result, result);
    }
}
