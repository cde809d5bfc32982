using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>The mean of each window, a channel at a time. Pixels of the padding count as zeros, as in PyTorch's <c>AvgPool2d</c>.</summary>
/// <remarks>x: [N, C, H, W] → y: [N, C, h, w], with h = ⌊(H + 2p − k) / s⌋ + 1, and w likewise.</remarks>
public sealed class AvgPool2D : LinearMap
{
    private readonly PoolWindow window;

    /// <summary>Makes the module.</summary>
    /// <param name="kernel">k, at least 1.</param>
    /// <param name="stride">s, at least 1; the kernel's size unless given.</param>
    /// <param name="padding">p, at least 0 and at most half of the kernel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public AvgPool2D(Size2D kernel, Size2D? stride = null, Size2D padding = default) => window = new(kernel, stride ?? kernel, padding);

    /// <summary>k, the size of a window.</summary>
    public Size2D Kernel => window.Kernel;

    /// <summary>s, the pixels from window to window.</summary>
    public Size2D Stride => window.Stride;

    /// <summary>p, the pixels laid around the image.</summary>
    public Size2D Padding => window.Padding;

    /// <summary>For example <c>AvgPool2D(2×2, stride 2×2)</c>.</summary>
    public override string ToString() => $"AvgPool2D({window})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) => window.OutputShape(x, nameof(AvgPool2D));

    /// <inheritdoc/>
    protected override void Apply(Tensor x, Tensor y, int item)
    {
        for (int row = 0; row < y.Shape.H; row++)
        {
            (int top, int bottom) = window.Rows(row, x.Shape.H);
            for (int column = 0; column < y.Shape.W; column++)
            {
                (int left, int right) = window.Columns(column, x.Shape.W);
                Span<float> mean = y.At(item, row, column);
                mean.Clear();
                for (int h = top; h < bottom; h++)
                {
                    for (int w = left; w < right; w++)
                    {
                        TensorPrimitives.Add(mean, x.At(item, h, w), mean);
                    }
                }

                TensorPrimitives.Divide(mean, Count, mean);
            }
        }
    }

    /// <inheritdoc/>
    protected override void ApplyTransposed(Tensor dy, Tensor dx, int item)
    {
        dx.Image(item).Clear();
        for (int row = 0; row < dy.Shape.H; row++)
        {
            (int top, int bottom) = window.Rows(row, dx.Shape.H);
            for (int column = 0; column < dy.Shape.W; column++)
            {
                (int left, int right) = window.Columns(column, dx.Shape.W);
                ReadOnlySpan<float> mean = dy.At(item, row, column);
                for (int h = top; h < bottom; h++)
                {
                    for (int w = left; w < right; w++)
                    {
                        Span<float> pixel = dx.At(item, h, w);
                        TensorPrimitives.MultiplyAdd(mean, 1f / Count, pixel, pixel);
                    }
                }
            }
        }
    }

    private int Count => window.Kernel.Height * window.Kernel.Width;
}
