using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Makes r × r pixels of the channels of one: sub-pixel convolution, when it follows a convolution (Shi et al. 2016, "Real-time single
/// image and video super-resolution using an efficient sub-pixel convolutional neural network").
/// </summary>
/// <remarks>
/// x: [N, C·r², H, W] → y: [N, C, r·H, r·W], with y[c, r·h + i, r·w + j] = x[c·r² + r·i + j, h, w], as PyTorch's <c>PixelShuffle</c>.
/// </remarks>
public sealed class PixelShuffle : LinearMap
{
    /// <summary>Makes the module.</summary>
    /// <param name="factor">r, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is less than 1, or its square is no int.</exception>
    public PixelShuffle(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, 46340);
        Factor = factor;
    }

    /// <summary>r.</summary>
    public int Factor { get; }

    /// <summary>For example <c>PixelShuffle(2)</c>.</summary>
    public override string ToString() => $"PixelShuffle({Factor})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x)
    {
        Positions.RequireImages(x, nameof(PixelShuffle));
        return x.C % (Factor * Factor) == 0
            ? new Shape(x.N, x.C / (Factor * Factor), checked(x.H * Factor), checked(x.W * Factor))
            : throw new ArgumentException(
                $"PixelShuffle({Factor}) expects x: [N, C, H, W] with C a multiple of {Factor * Factor}, but got {x}.", nameof(x));
    }

    /// <inheritdoc/>
    protected override void Apply(Tensor x, Tensor y, int item)
    {
        for (int row = 0; row < y.Shape.H; row++)
        {
            for (int column = 0; column < y.Shape.W; column++)
            {
                ReadOnlySpan<float> from = x.At(item, row / Factor, column / Factor);
                Span<float> to = y.At(item, row, column);
                int first = (row % Factor * Factor) + (column % Factor);
                for (int c = 0; c < to.Length; c++)
                {
                    to[c] = from[(c * Factor * Factor) + first];
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override void ApplyTransposed(Tensor dy, Tensor dx, int item)
    {
        for (int row = 0; row < dy.Shape.H; row++)
        {
            for (int column = 0; column < dy.Shape.W; column++)
            {
                ReadOnlySpan<float> from = dy.At(item, row, column);
                Span<float> to = dx.At(item, row / Factor, column / Factor);
                int first = (row % Factor * Factor) + (column % Factor);
                for (int c = 0; c < from.Length; c++)
                {
                    to[(c * Factor * Factor) + first] = from[c];
                }
            }
        }
    }
}
