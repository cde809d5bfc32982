namespace MiniGan.Modules;

/// <summary>
/// y = x · σ(x), with SiLU′ = σ · (1 + x · (1 − σ)) and SiLU″ = σ · (1 − σ) · (2 + x · (1 − 2σ)) (Hendrycks and Gimpel 2016, "Gaussian
/// error linear units"; also known as Swish).
/// </summary>
public sealed class SiLU : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        TensorPrimitives.Sigmoid(x, y);
        TensorPrimitives.Multiply(x, y, y);
    }

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        TensorPrimitives.Sigmoid(x, dx);
        for (int i = 0; i < x.Length; i++)
        {
            dx[i] = dx[i] * (1 + (x[i] * (1 - dx[i]))) * dy[i];
        }
    }

    /// <inheritdoc/>
    protected override void ApplyCurvature(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> curvature)
    {
        TensorPrimitives.Sigmoid(x, curvature);
        for (int i = 0; i < x.Length; i++)
        {
            float sigma = curvature[i];
            curvature[i] = sigma * (1 - sigma) * (2 + (x[i] * (1 - (2 * sigma)))) * dy[i];
        }
    }
}
