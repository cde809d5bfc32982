namespace MiniGan.Losses;

/// <summary>
/// Lim and Ye 2017, "Geometric GAN", as Miyato et al. 2018 (equations 16 and 17) use it: D minimises max(0, 1 − z) on real images and
/// max(0, 1 + z) on generated ones, G minimises −z.
/// </summary>
/// <example>
/// <code>
/// Gan gan = new Dcgan(new ImageShape(1, 28, 28)) { Width = 4 }.Build(seed: 1);
/// var trainer = new GanTrainer(gan, new HingeLoss(), new Adam(2e-4, beta1: 0), new Adam(2e-4, beta1: 0));
/// </code>
/// </example>
public sealed class HingeLoss : PointwiseLoss
{
    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnReal(float z) => z >= 1 ? (0, 0) : (1.0 - z, -1);

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnFake(float z) => z <= -1 ? (0, 0) : (1.0 + z, 1);

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnGenerated(float z) => (-z, -1);
}
