namespace MiniGan.Losses;

/// <summary>λ · mean (|∇D(x̂)| − 1)² at random points x̂ between real and generated images: Gulrajani et al. 2017, "Improved training of Wasserstein GANs", equation 3.</summary>
/// <remarks>At |∇D| = 0 the derivative is taken as 0.</remarks>
/// <param name="lambda">λ, at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">λ is negative or no number.</exception>
public sealed class LipschitzPenalty(double lambda) : GradientPenalty(lambda)
{
    private protected override (double Value, double Factor) Of(double norm) => ((norm - 1) * (norm - 1), norm > 0 ? 2 * (norm - 1) / norm : 0);
}
