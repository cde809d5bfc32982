namespace MiniGan.Modules;

/// <summary>y = tanh(x), with tanh′ = 1 − y² and tanh″ = −2y · (1 − y²).</summary>
public sealed class Tanh : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Tanh(x, y);

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        TensorPrimitives.Multiply(y, y, dx);
        TensorPrimitives.Subtract(1, dx, dx);
        TensorPrimitives.Multiply(dx, dy, dx);
    }

    /// <inheritdoc/>
    protected override void ApplyCurvature(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> curvature)
    {
        ApplyBackward(x, y, dy, curvature);
        TensorPrimitives.Multiply(curvature, y, curvature);
        TensorPrimitives.Multiply(curvature, -2, curvature);
    }
}
