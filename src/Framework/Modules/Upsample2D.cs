using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Enlarges images by a whole factor per axis, or to a size. Followed by a convolution it makes no checkerboards (Odena, Dumoulin and Olah
/// 2016, "Deconvolution and checkerboard artifacts").
/// </summary>
/// <remarks>
/// x: [N, C, H, W] → y: [N, C, s·H, s·W]. Nearest: y[i, j] = x[⌊i / s⌋, ⌊j / s⌋]. Bilinear: y at (i + ½) / s − ½, no less than 0, between
/// the rows and columns on either side, as PyTorch's <c>Upsample(scale_factor, mode)</c> without <c>align_corners</c>. To a size H′ × W′,
/// s is H′ / H and W′ / W, whole or not, as of PyTorch's <c>Upsample(size, mode)</c>.
/// </remarks>
/// <example>
/// <code>
/// Sequential larger = [new Upsample2D(2), new Conv2D(32, 16, 3, padding: 1)]; // [N, 32, H, W] → [N, 16, 2H, 2W]
/// </code>
/// </example>
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

    private Upsample2D(UpsampleMode mode, Size2D size)
        : this(1, mode) => (Scale, Size) = (default, size);

    /// <summary>s; 0 both ways of a module that enlarges to a size.</summary>
    public Size2D Scale { get; }

    /// <summary>The size that y always has; null of a module that enlarges by a factor.</summary>
    public Size2D? Size { get; }

    /// <summary>How the pixels between are made.</summary>
    public UpsampleMode Mode { get; }

    /// <summary>Makes a module that enlarges images to a size, which need be no multiple of theirs.</summary>
    /// <param name="size">The height and width of y, at least those of x.</param>
    /// <param name="mode">How the pixels between are made.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or there is no such mode.</exception>
    public static Upsample2D To(Size2D size, UpsampleMode mode = UpsampleMode.Nearest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1, nameof(size));
        return new Upsample2D(mode, size);
    }

    /// <inheritdoc/>
    internal override Module? FusedWith(Module next) => UpsampledConvolution.For(this, next);

    /// <summary>For example <c>Upsample2D(2, Nearest)</c>, or <c>Upsample2D(to 9×7, Nearest)</c>.</summary>
    public override string ToString() =>
        $"Upsample2D({(Size is Size2D size ? $"to {size}" : Scale.Height == Scale.Width ? $"{Scale.Height}" : Scale)}, {Mode})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x)
    {
        Positions.RequireImages(x, nameof(Upsample2D));
        if (Size is Size2D size)
        {
            return x.H is > 0 && x.W is > 0 && x.H <= size.Height && x.W <= size.Width
                ? new Shape(x.N, x.C, size.Height, size.Width)
                : throw new ArgumentException(
                    $"Upsample2D enlarges to {size}, so it expects images of at least one pixel and at most that size, but got {x}.",
                    nameof(x));
        }

        return new Shape(x.N, x.C, checked(x.H * Scale.Height), checked(x.W * Scale.Width));
    }

    /// <inheritdoc/>
    protected override void Apply(Tensor x, Tensor y, int item)
    {
        for (int row = 0; row < y.Shape.H; row++)
        {
            (int top, int bottom, float down) = Source(row, y.Shape.H, x.Shape.H);
            for (int column = 0; column < y.Shape.W; column++)
            {
                (int left, int right, float along) = Source(column, y.Shape.W, x.Shape.W);
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
            (int top, int bottom, float down) = Source(row, dy.Shape.H, dx.Shape.H);
            for (int column = 0; column < dy.Shape.W; column++)
            {
                (int left, int right, float along) = Source(column, dy.Shape.W, dx.Shape.W);
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

    /// <summary>The two places on an axis that a pixel of a larger one comes from, and the weight of the second.</summary>
    private (int First, int Second, float Weight) Source(int pixel, int larger, int size)
    {
        if (Mode == UpsampleMode.Nearest)
        {
            int nearest = (int)((long)pixel * size / larger);
            return (nearest, nearest, 0);
        }

        float at = Math.Max(((pixel + 0.5f) / ((float)larger / size)) - 0.5f, 0);
        int first = Math.Min((int)at, size - 1);
        return (first, Math.Min(first + 1, size - 1), at - first);
    }
}
