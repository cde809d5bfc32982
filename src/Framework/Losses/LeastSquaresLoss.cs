namespace MiniGan.Losses;

/// <summary>
/// Mao et al. 2017, "Least squares generative adversarial networks", equation 9: D minimises (z − 1)² / 2 on real images and z² / 2 on
/// generated ones, G minimises (z − 1)² / 2.
/// </summary>
public sealed class LeastSquaresLoss : PointwiseLoss
{
    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnReal(float z) => HalfSquare(z - 1.0);

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnFake(float z) => HalfSquare(z);

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnGenerated(float z) => HalfSquare(z - 1.0);

    private static (double Loss, double Slope) HalfSquare(double distance) => (distance * distance / 2, distance);
}
