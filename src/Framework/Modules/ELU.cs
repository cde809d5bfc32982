using MiniGan.Kernels;

namespace MiniGan.Modules;

/// <summary>
/// y = x where x &gt; 0, α · (eˣ − 1) elsewhere, with ELU′ = 1 or y + α, and ELU″ = 0 or y + α (Clevert, Unterthiner and Hochreiter 2016,
/// "Fast and accurate deep network learning by exponential linear units").
/// </summary>
public sealed class ELU : Activation
{
    /// <summary>Makes the activation.</summary>
    /// <param name="alpha">α, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">α is not a positive number.</exception>
    public ELU(float alpha = 1) => Alpha = alpha > 0 && float.IsFinite(alpha)
        ? alpha
        : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "α must be a positive number.");

    /// <summary>α.</summary>
    public float Alpha { get; }

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        ElementMap<ExpMinusOne>.Apply(x, y);
        TensorPrimitives.Multiply(y, Alpha, y);
        PositiveSelection.Apply(x, x, y);
    }

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        TensorPrimitives.Add(y, Alpha, dx);
        TensorPrimitives.Multiply(dx, dy, dx);
        PositiveSelection.Apply(y, dy, dx);
    }

    /// <inheritdoc/>
    protected override void ApplyCurvature(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> curvature)
    {
        for (int i = 0; i < y.Length; i++)
        {
            curvature[i] = y[i] > 0 ? 0 : (y[i] + Alpha) * dy[i];
        }
    }
}
