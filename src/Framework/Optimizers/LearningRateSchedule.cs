namespace MiniGan.Optimizers;

/// <summary>How learning rates change over a training: factors of the rates that the optimisers were made with.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>The factor for a step.</summary>
    /// <param name="steps">Steps taken before it, at least 0.</param>
    /// <returns>A positive number.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    public abstract double FactorAt(long steps);
}
