namespace MiniGan.Losses;

/// <summary>R₁ = γ/2 · mean |∇D(x)|² at real images: Mescheder, Geiger and Nowozin 2018, "Which training methods for GANs do actually converge?", equation 9.</summary>
/// <param name="gamma">γ, at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">γ is negative or no number.</exception>
public sealed class R1Penalty(double gamma) : GradientPenalty(gamma)
{
    private protected override (double Value, double Factor) Of(double norm) => (norm * norm / 2, 1);
}
