namespace MiniGan.Optimizers;

/// <summary>
/// Rates that rise linearly before another schedule begins: step t of T, counted from 0, has the factor (t + 1) / T; those after it have
/// that of the other schedule, which counts from the end of the warm-up, at t − T, or stay at 1 if there is none. Goyal et al. 2017,
/// "Accurate, large minibatch SGD: training ImageNet in 1 hour", section 2.2.
/// </summary>
/// <remarks>
/// As PyTorch's <c>SequentialLR</c> of a <c>LinearLR</c> and another at the milestone T. A decay over T steps that should end with a
/// training of N steps takes N − T.
/// </remarks>
/// <param name="steps">T, at least 1.</param>
/// <param name="then">The schedule afterwards; null for rates that stay.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no step.</exception>
public sealed class WarmUp(long steps, LearningRateSchedule? then = null) : LearningRateSchedule
{
    /// <summary>T.</summary>
    public long Steps { get; } = steps >= 1
        ? steps
        : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A warm-up takes at least 1 step.");

    /// <summary>The schedule afterwards, or null.</summary>
    public LearningRateSchedule? Then { get; } = then;

    /// <inheritdoc/>
    public override double FactorAt(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return steps < Steps ? (steps + 1) / (double)Steps : Then?.FactorAt(steps - Steps) ?? 1;
    }
}
