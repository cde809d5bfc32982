namespace MiniGan.Modules;

/// <summary>y = σ(x) = 1 / (1 + e⁻ˣ), with σ′ = y · (1 − y) and σ″ = σ′ · (1 − 2y).</summary>
public sealed class Sigmoid : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Sigmoid(x, y);

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        TensorPrimitives.Subtract(1, y, dx);
        TensorPrimitives.Multiply(dx, y, dx);
        TensorPrimitives.Multiply(dx, dy, dx);
    }

    /// <inheritdoc/>
    protected override void ApplyCurvature(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> curvature)
    {
        for (int i = 0; i < y.Length; i++)
        {
            curvature[i] = y[i] * (1 - y[i]) * (1 - (2 * y[i])) * dy[i];
        }
    }
}
