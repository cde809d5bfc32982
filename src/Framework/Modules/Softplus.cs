namespace MiniGan.Modules;

/// <summary>y = ln(1 + eˣ), a smooth ReLU, with softplus′ = 1 / (1 + e⁻ˣ) = 1 − e⁻ʸ (Dugas et al. 2001).</summary>
public sealed class Softplus : Activation
{
    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Math.Max(x[i], 0) + MathF.Log(1 + MathF.Exp(-MathF.Abs(x[i]))); // e to a positive power might be infinite
        }
    }

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < y.Length; i++)
        {
            dx[i] = (1 - MathF.Exp(-y[i])) * dy[i];
        }
    }
}
