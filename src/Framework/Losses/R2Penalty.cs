namespace MiniGan.Losses;

/// <summary>
/// R₂ = γ/2 · mean |∇D(G(z))|² at generated images: Mescheder, Geiger and Nowozin 2018, "Which training methods for GANs do
/// actually converge?", equation 10.
/// </summary>
/// <param name="gamma">γ, at least 0.</param>
/// <param name="interval">Steps from one penalty to the next, each counting as many times; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class R2Penalty(double gamma, int interval = 1) : GradientPenalty(gamma, interval)
{
    /// <inheritdoc/>
    public override PenaltyPoint Point => PenaltyPoint.Generated;

    /// <inheritdoc/>
    protected override (double Value, double Factor) Of(double norm) => (norm * norm / 2, 1);
}
