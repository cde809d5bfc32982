using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Joins each m consecutive images on their channels, so that a discriminator judges m samples at once and sees if they are all alike (Lin,
/// Khetan, Fanti and Oh 2018, "PacGAN: the power of two samples in generative adversarial networks").
/// </summary>
/// <remarks>
/// x: [N, C, H, W] → y: [N / m, m · C, H, W], with y[n, j · C + c] = x[n · m + j, c]: PyTorch's <c>x.view(-1, m * C, H, W)</c>.
/// </remarks>
public sealed class Pack : LinearMap
{
    /// <summary>Makes the module.</summary>
    /// <param name="size">m, the images in a pack, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public Pack(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
    }

    /// <summary>m, the images in a pack.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) => x.Rank == 4 && x.N % Size == 0
        ? new Shape(x.N / Size, x.C * Size, x.H, x.W)
        : throw new ArgumentException(
            $"Pack expects x: [N, C, H, W] with N a multiple of {Size}, the images in a pack, but got {x}. Choose a " +
            "batch size that is such a multiple.",
            nameof(x));

    /// <inheritdoc/>
    protected override void Apply(Tensor x, Tensor y, int item)
    {
        for (int j = 0; j < Size; j++)
        {
            for (int p = 0; p < y.Shape.H * y.Shape.W; p++)
            {
                Single(x, item, j, p).CopyTo(Joined(y, x.Shape.C, item, j, p));
            }
        }
    }

    /// <inheritdoc/>
    protected override void ApplyTransposed(Tensor dy, Tensor dx, int item)
    {
        for (int j = 0; j < Size; j++)
        {
            for (int p = 0; p < dy.Shape.H * dy.Shape.W; p++)
            {
                Joined(dy, dx.Shape.C, item, j, p).CopyTo(Single(dx, item, j, p));
            }
        }
    }

    /// <summary>In memory the channels of a position are contiguous: those of image j of a pack, at position p.</summary>
    private Span<float> Single(Tensor images, int item, int j, int p)
    {
        Shape s = images.Shape;
        return images.Span.Slice(((((item * Size) + j) * s.H * s.W) + p) * s.C, s.C);
    }

    /// <summary>The same channels in the pack, where those of the images follow one another.</summary>
    private Span<float> Joined(Tensor packs, int channels, int item, int j, int p) =>
        packs.Span.Slice(((((item * packs.Shape.H * packs.Shape.W) + p) * Size) + j) * channels, channels);
}
