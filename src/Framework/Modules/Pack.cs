using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Joins each m consecutive images on their channels, so that a discriminator judges m samples at once and sees if they are all alike (Lin,
/// Khetan, Fanti and Oh 2018, "PacGAN: the power of two samples in generative adversarial networks").
/// </summary>
/// <remarks>
/// x: [N, C, H, W] → y: [N / m, m · C, H, W], with y[n, j · C + c] = x[n · m + j, c]: PyTorch's <c>x.view(-1, m * C, H, W)</c>.
/// </remarks>
public sealed class Pack : Module
{
    private readonly Action<int> packItem, unpackItem;

    private Shape input;
    private Tensor? images, packs, y, reusedY, reusedDx, reusedDdy;
    private bool hadBackward;

    /// <summary>Makes the module.</summary>
    /// <param name="size">m, the images in a pack, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public Pack(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        packItem = item => Copy(item, pack: true);
        unpackItem = item => Copy(item, pack: false);
    }

    /// <summary>m, the images in a pack.</summary>
    public int Size { get; }

    /// <summary>y[n, j · C + c] = x[n · m + j, c].</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 4 || x.Shape.N % Size != 0)
        {
            throw new ArgumentException(
                $"Pack expects x: [N, C, H, W] with N a multiple of {Size}, the images in a pack, but got {x.Shape}. Choose a " +
                "batch size that is one.",
                nameof(x));
        }

        (input, hadBackward) = (x.Shape, false);
        return y = Packed(x, ref reusedY);
    }

    /// <summary>dx[n · m + j, c] = dy[n, j · C + c].</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        (images, packs) = (Result(ref reusedDx, input, dy), dy);
        Parallelism.For(dy.Shape.N, unpackItem);
        return images;
    }

    /// <summary>ddy[n, j · C + c] = ddx[n · m + j, c].</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, input, ddx);
        return Packed(ddx, ref reusedDdy);
    }

    private Tensor Packed(Tensor source, ref Tensor? reused)
    {
        Shape shape = source.Shape;
        (images, packs) = (source, Result(ref reused, new Shape(shape.N / Size, shape.C * Size, shape.H, shape.W), source));
        Parallelism.For(packs.Shape.N, packItem);
        return packs;
    }

    /// <summary>
    /// Copies one pack from or to its images: in memory the channels of a position are contiguous, and those of the
    /// images follow one another.
    /// </summary>
    private void Copy(int item, bool pack)
    {
        int channels = input.C, positions = input.H * input.W;
        for (int j = 0; j < Size; j++)
        {
            for (int p = 0; p < positions; p++)
            {
                Span<float> single = images!.Span.Slice(((((item * Size) + j) * positions) + p) * channels, channels);
                Span<float> joined = packs!.Span.Slice(((((item * positions) + p) * Size) + j) * channels, channels);
                if (pack)
                {
                    single.CopyTo(joined);
                }
                else
                {
                    joined.CopyTo(single);
                }
            }
        }
    }
}
