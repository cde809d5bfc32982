namespace MiniGan.Optimizers;

/// <summary>
/// Rates that fall by the same factor every N steps: step t, counted from 0, has the factor f^⌊t / N⌋, but at least 10⁻¹⁰⁰, since a rate is
/// never 0. As PyTorch's <c>StepLR</c>.
/// </summary>
/// <param name="interval">N, at least 1.</param>
/// <param name="factor">f, in (0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class StepDecay(long interval, double factor) : LearningRateSchedule
{
    /// <summary>N.</summary>
    public long Interval { get; } = interval >= 1
        ? interval
        : throw new ArgumentOutOfRangeException(nameof(interval), interval, "The interval of a decay must be at least 1 step.");

    /// <summary>f.</summary>
    public double Factor { get; } = factor is > 0 and <= 1
        ? factor
        : throw new ArgumentOutOfRangeException(nameof(factor), factor, "A decay falls by a factor in (0, 1].");

    /// <inheritdoc/>
    public override double FactorAt(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return Math.Max(Math.Pow(Factor, steps / Interval), 1e-100);
    }
}
