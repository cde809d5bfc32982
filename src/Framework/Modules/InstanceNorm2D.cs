using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = (x − μ) / √(σ² + ε), with μ and σ² of each image and each channel by itself, over the pixels (Ulyanov, Vedaldi and Lempitsky 2016,
/// "Instance normalization: the missing ingredient for fast stylization"): <see cref="GroupNorm"/> with a group per channel.
/// </summary>
/// <remarks>x, y: [N, C, H, W], of more than one pixel. As PyTorch's <c>InstanceNorm2d</c>, without running statistics.</remarks>
/// <param name="channels">C, at least 1.</param>
/// <param name="epsilon">ε, added to the variance; positive.</param>
/// <param name="affine">Whether to learn a factor γ, 1 at first, and an offset β, 0 at first, per channel.</param>
/// <exception cref="ArgumentException">A value is out of its range.</exception>
public sealed class InstanceNorm2D(int channels, double epsilon = 1e-5, bool affine = false)
    : GroupNorm(channels, channels, epsilon, affine)
{
    /// <inheritdoc/>
    public override string ToString() => $"InstanceNorm2D({Channels})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) => x.Rank == 4 && x.C == Channels && x.H * x.W != 1
        ? x
        : throw new ArgumentException(
            $"InstanceNorm2D expects x: [N, {Channels}, H, W] of more than one pixel, but got {x}.", nameof(x));
}
