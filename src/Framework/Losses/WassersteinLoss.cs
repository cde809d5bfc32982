namespace MiniGan.Losses;

/// <summary>
/// Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN", algorithm 1: D, the critic, minimises −z on real images and z on generated ones,
/// G minimises −z. It means something only if D is kept from growing steep, as by a <see cref="WganGpPenalty"/>.
/// </summary>
public sealed class WassersteinLoss : PointwiseLoss
{
    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnReal(float z) => (-z, -1);

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnFake(float z) => (z, 1);

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnGenerated(float z) => (-z, -1);
}
