using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>The channels of a position, which are contiguous in a rank-4 tensor.</summary>
internal static class Positions
{
    /// <summary>The channels of image n at row y and column x.</summary>
    public static Span<float> At(this Tensor images, int n, int y, int x)
    {
        Shape s = images.Shape;
        return images.Span.Slice(((((n * s.H) + y) * s.W) + x) * s.C, s.C);
    }

    /// <summary>All elements of image n.</summary>
    public static Span<float> Image(this Tensor images, int n)
    {
        int size = images.Shape.C * images.Shape.H * images.Shape.W;
        return images.Span.Slice(n * size, size);
    }

    /// <summary>Refuses what is no batch of images.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void RequireImages(Shape x, string module)
    {
        if (x.Rank != 4)
        {
            throw new ArgumentException($"{module} expects x: [N, C, H, W], but got {x}.", nameof(x));
        }
    }
}
