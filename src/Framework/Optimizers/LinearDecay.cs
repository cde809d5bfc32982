namespace MiniGan.Optimizers;

/// <summary>
/// Rates that fall linearly to almost 0: step t of T, counted from 0, has the factor (T − t) / T; those after T keep the last one.
/// </summary>
/// <param name="steps">T, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no step.</exception>
public sealed class LinearDecay(long steps) : LearningRateSchedule
{
    /// <summary>T.</summary>
    public long Steps { get; } = steps >= 1
        ? steps
        : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A decay takes at least 1 step.");

    /// <inheritdoc/>
    public override double FactorAt(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return Math.Max(1, Steps - steps) / (double)Steps;
    }
}
