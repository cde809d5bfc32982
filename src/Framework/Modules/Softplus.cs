using MiniGan.Kernels;

namespace MiniGan.Modules;

/// <summary>
/// y = ln(1 + eˣ), a smooth ReLU, with softplus′ = σ(x) and softplus″ = σ(x) · σ(−x) (Dugas et al. 2001, "Incorporating second-order
/// functional knowledge for better option pricing").
/// </summary>
public sealed class Softplus : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => ElementMap<LogOnePlusExp>.Apply(x, y);

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        TensorPrimitives.Sigmoid(x, dx);
        TensorPrimitives.Multiply(dx, dy, dx);
    }

    /// <inheritdoc/>
    protected override void ApplyCurvature(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> curvature)
    {
        TensorPrimitives.Sigmoid(x, curvature);
        for (int i = 0; i < x.Length; i++)
        {
            curvature[i] *= (1 - curvature[i]) * dy[i];
        }
    }
}
