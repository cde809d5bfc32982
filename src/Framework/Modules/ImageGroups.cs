using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A batch of images in groups of one size: image n is in group n mod <see cref="Count"/>.</summary>
internal readonly record struct ImageGroups
{
    private const float Epsilon = 1e-8f;

    /// <summary>Groups a batch.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="size">Images in a group, which N is a multiple of; of a smaller batch, all.</param>
    public ImageGroups(Shape x, int size)
    {
        Size = Math.Min(size, x.N);
        Count = Size == 0 ? 0 : x.N / Size;
        Places = x.H * x.W;
    }

    /// <summary>Images in a group.</summary>
    public int Size { get; }

    /// <summary>How many groups there are.</summary>
    public int Count { get; }

    /// <summary>Positions in an image.</summary>
    public int Places { get; }

    /// <summary>The channels of a group's image at a position.</summary>
    public Span<float> At(Tensor tensor, int group, int image, int position)
    {
        int channels = tensor.Shape.C;
        return tensor.Span.Slice(((((image * Count) + group) * Places) + position) * channels, channels);
    }

    /// <summary>The mean over a group of each channel at a position.</summary>
    public void Mean(Tensor tensor, int group, int position, Span<float> mean)
    {
        mean.Clear();
        for (int i = 0; i < Size; i++)
        {
            TensorPrimitives.Add(mean, At(tensor, group, i, position), mean);
        }

        TensorPrimitives.Multiply(mean, 1f / Size, mean);
    }

    /// <summary>Of each channel at a position: d, its difference from the mean over a group, and σ = √(Σ d² / size + 10⁻⁸).</summary>
    public void Center(Tensor x, int group, int position, Span<float> d, Span<float> sigma)
    {
        Mean(x, group, position, sigma);
        for (int i = 0; i < Size; i++)
        {
            TensorPrimitives.Subtract(At(x, group, i, position), sigma, Row(d, i, sigma.Length));
        }

        sigma.Clear();
        for (int i = 0; i < Size; i++)
        {
            TensorPrimitives.MultiplyAdd(Row(d, i, sigma.Length), Row(d, i, sigma.Length), sigma, sigma);
        }

        TensorPrimitives.Multiply(sigma, 1f / Size, sigma);
        TensorPrimitives.Add(sigma, Epsilon, sigma);
        TensorPrimitives.Sqrt(sigma, sigma);
    }

    /// <summary>Row i of a matrix.</summary>
    public static Span<float> Row(Span<float> matrix, int i, int length) => matrix.Slice(i * length, length);
}
