using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Drops whole channels: in training y = x · m, where the m of each image's channel is 0 with the given probability and
/// 1 / (1 − probability) otherwise; in inference y = x (Tompson et al. 2015, "Efficient object localization using convolutional networks",
/// section 3.2, as SpatialDropout). Neighbouring pixels are alike, so that those that are left would tell what the dropped ones held.
/// </summary>
/// <remarks>x, y: [N, C, H, W]. PyTorch's <c>Dropout2d</c>. The masks are drawn image by image, channel by channel.</remarks>
public sealed class Dropout2D : DropoutModule
{
    /// <summary>Makes the module.</summary>
    /// <param name="probability">Of a channel to be dropped, in [0, 1).</param>
    /// <param name="random">
    /// Where the masks come from; the module's own. A stream of <see cref="RandomSource.Default"/> unless given.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    public Dropout2D(double probability, RandomSource? random = null)
        : base(probability, random)
    {
    }

    /// <inheritdoc/>
    protected override Shape MaskShape(Shape x)
    {
        Positions.RequireImages(x, nameof(Dropout2D));
        return new Shape(x.N, x.C);
    }
}
