using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Enlarges images by a whole factor per axis. Followed by a convolution it makes no checkerboards (Odena, Dumoulin and Olah 2016,
/// "Deconvolution and checkerboard artifacts").
/// </summary>
/// <remarks>
/// x: [N, C, H, W] → y: [N, C, s·H, s·W]. Nearest: y[i, j] = x[⌊i / s⌋, ⌊j / s⌋]. Bilinear: y at (i + ½) / s − ½, no less than 0, between
/// the rows and columns on either side, as PyTorch's <c>Upsample(scale_factor, mode)</c> without <c>align_corners</c>.
/// </remarks>
public sealed class Upsample2D : LinearMap
{
    /// <summary>Makes the module.</summary>
    /// <param name="scale">s, at least 1 both ways.</param>
    /// <param name="mode">How the pixels between are made.</param>
    /// <exception cref="ArgumentOutOfRangeException">A factor is less than 1, or there is no such mode.</exception>
    public Upsample2D(Size2D scale, UpsampleMode mode = UpsampleMode.Nearest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale.Height, 1, nameof(scale));
        ArgumentOutOfRangeException.ThrowIfLessThan(scale.Width, 1, nameof(scale));
        Mode = Enum.IsDefined(mode) ? mode : throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such mode.");
        Scale = scale;
    }

    /// <summary>s.</summary>
    public Size2D Scale { get; }

    /// <summary>How the pixels between are made.</summary>
    public UpsampleMode Mode { get; }

    /// <summary>For example <c>Upsample2D(2, Nearest)</c>.</summary>
    public override string ToString() => $"Upsample2D({(Scale.Height == Scale.Width ? $"{Scale.Height}" : Scale)}, {Mode})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x)
    {
        Positions.RequireImages(x, nameof(Upsample2D));
        return new Shape(x.N, x.C, checked(x.H * Scale.Height), checked(x.W * Scale.Width));
    }

    /// <inheritdoc/>
    protected override void Apply(Tensor x, Tensor y, int item)
    {
        for (int row = 0; row < y.Shape.H; row++)
        {
            (int top, int bottom, float down) = Source(row, Scale.Height, x.Shape.H);
            for (int column = 0; column < y.Shape.W; column++)
            {
                (int left, int right, float along) = Source(column, Scale.Width, x.Shape.W);
                Span<float> pixel = y.At(item, row, column);
                if (Mode == UpsampleMode.Nearest)
                {
                    x.At(item, top, left).CopyTo(pixel);
                    continue;
                }

                TensorPrimitives.Multiply(x.At(item, top, left), (1 - down) * (1 - along), pixel);
                TensorPrimitives.MultiplyAdd(x.At(item, top, right), (1 - down) * along, pixel, pixel);
                TensorPrimitives.MultiplyAdd(x.At(item, bottom, left), down * (1 - along), pixel, pixel);
                TensorPrimitives.MultiplyAdd(x.At(item, bottom, right), down * along, pixel, pixel);
            }
        }
    }

    /// <inheritdoc/>
    protected override void ApplyTransposed(Tensor dy, Tensor dx, int item)
    {
        dx.Image(item).Clear();
        for (int row = 0; row < dy.Shape.H; row++)
        {
            (int top, int bottom, float down) = Source(row, Scale.Height, dx.Shape.H);
            for (int column = 0; column < dy.Shape.W; column++)
            {
                (int left, int right, float along) = Source(column, Scale.Width, dx.Shape.W);
                ReadOnlySpan<float> pixel = dy.At(item, row, column);
                if (Mode == UpsampleMode.Nearest)
                {
                    Span<float> sum = dx.At(item, top, left);
                    TensorPrimitives.Add(sum, pixel, sum);
                    continue;
                }

                Accumulate(pixel, (1 - down) * (1 - along), dx.At(item, top, left));
                Accumulate(pixel, (1 - down) * along, dx.At(item, top, right));
                Accumulate(pixel, down * (1 - along), dx.At(item, bottom, left));
                Accumulate(pixel, down * along, dx.At(item, bottom, right));
            }
        }
    }

    private static void Accumulate(ReadOnlySpan<float> pixel, float weight, Span<float> sum) =>
        TensorPrimitives.MultiplyAdd(pixel, weight, sum, sum);

    /// <summary>The two places on an axis that a pixel comes from, and the weight of the second.</summary>
    private (int First, int Second, float Weight) Source(int pixel, int scale, int size)
    {
        if (Mode == UpsampleMode.Nearest)
        {
            return (pixel / scale, pixel / scale, 0);
        }

        float at = Math.Max(((pixel + 0.5f) / scale) - 0.5f, 0);
        int first = (int)at;
        return (first, Math.Min(first + 1, size - 1), at - first);
    }
}
