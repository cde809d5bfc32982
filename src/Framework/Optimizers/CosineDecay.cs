namespace MiniGan.Optimizers;

/// <summary>
/// Rates that fall along half a cosine: step t of T, counted from 0, has the factor f + (1 − f)(1 + cos(πt / T)) / 2; those after T keep f.
/// Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", equation 5, without restarts.
/// </summary>
/// <remarks>
/// As PyTorch's <c>CosineAnnealingLR</c> with <c>T_max</c> = T and <c>eta_min</c> = f times the rate, up to T, where that rises again.
/// </remarks>
/// <param name="steps">T, at least 1.</param>
/// <param name="finalFactor">f, in (0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">There is no step, or the factor is out of its range.</exception>
public sealed class CosineDecay(long steps, double finalFactor) : LearningRateSchedule
{
    /// <summary>T.</summary>
    public long Steps { get; } = steps >= 1
        ? steps
        : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A decay takes at least 1 step.");

    /// <summary>f.</summary>
    public double FinalFactor { get; } = finalFactor is > 0 and <= 1
        ? finalFactor
        : throw new ArgumentOutOfRangeException(nameof(finalFactor), finalFactor, "A decay ends at a factor in (0, 1].");

    /// <inheritdoc/>
    public override double FactorAt(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return FinalFactor + ((1 - FinalFactor) * (1 + Math.Cos(Math.PI * Math.Min(steps, Steps) / Steps)) / 2);
    }
}
