namespace MiniGan.Modules;

/// <summary>
/// The sum of each channel over all pixels: what stands before the logit of SNGAN's residual discriminators (Miyato et al. 2018, "Spectral
/// normalization for generative adversarial networks", appendix B.4, table 4).
/// </summary>
/// <remarks>x: [N, C, H, W] → y: [N, C]: PyTorch's <c>x.sum((2, 3))</c>.</remarks>
public sealed class GlobalSumPool2D : GlobalPool2D
{
    /// <inheritdoc/>
    protected override int Divisor(int pixels) => 1;
}
