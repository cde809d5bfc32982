namespace MiniGan.Modules;

/// <summary>The mean of each channel over all pixels; what stands between the convolutions and the Linear of many discriminators.</summary>
/// <remarks>x: [N, C, H, W] → y: [N, C]: PyTorch's <c>x.mean((2, 3))</c>.</remarks>
public sealed class GlobalAvgPool2D : GlobalPool2D
{
    /// <inheritdoc/>
    protected override int Divisor(int pixels) => pixels;
}
