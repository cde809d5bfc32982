namespace MiniGan.Modules;

/// <summary>y = x where x &gt; 0, α · (eˣ − 1) elsewhere, with ELU′ = 1 or y + α (Clevert, Unterthiner and Hochreiter 2016).</summary>
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
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] > 0 ? x[i] : Alpha * (MathF.Exp(x[i]) - 1);
        }
    }

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < y.Length; i++)
        {
            dx[i] = y[i] > 0 ? dy[i] : (y[i] + Alpha) * dy[i];
        }
    }
}
