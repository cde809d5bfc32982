namespace MiniGan.Losses;

/// <summary>
/// R₁ = γ/2 · mean |∇D(x)|² at real images: Mescheder, Geiger and Nowozin 2018, "Which training methods for GANs do
/// actually converge?", equation 9.
/// </summary>
/// <param name="gamma">γ, at least 0.</param>
/// <param name="interval">Steps from one penalty to the next, each counting as many times; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
/// <example>
/// <code>
/// Gan gan = new Dcgan(new ImageShape(1, 28, 28)) { Width = 4, DiscriminatorNormalization = NormalizationKind.None }.Build(seed: 1);
/// var trainer = new GanTrainer(gan, new NonSaturatingLoss(), new Adam(2e-3), new Adam(2e-3)) { Penalty = new R1Penalty(gamma: 1) };
/// </code>
/// </example>
public sealed class R1Penalty(double gamma, int interval = 1) : GradientPenalty(gamma, interval)
{
    /// <inheritdoc/>
    public override PenaltyPoint Point => PenaltyPoint.Real;

    /// <inheritdoc/>
    protected override (double Value, double Factor) Of(double norm) => (norm * norm / 2, 1);
}
