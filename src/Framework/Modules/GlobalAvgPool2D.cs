using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>The mean of each channel over all pixels; what stands between the convolutions and the Linear of many discriminators.</summary>
/// <remarks>x: [N, C, H, W] → y: [N, C]: PyTorch's <c>x.mean((2, 3))</c>.</remarks>
public sealed class GlobalAvgPool2D : LinearMap
{
    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x)
    {
        Positions.RequireImages(x, nameof(GlobalAvgPool2D));
        return x.H * x.W > 0
            ? new Shape(x.N, x.C)
            : throw new ArgumentException($"GlobalAvgPool2D expects images of at least one pixel, but got {x}.", nameof(x));
    }

    /// <inheritdoc/>
    protected override void Apply(Tensor x, Tensor y, int item)
    {
        Span<float> means = y.Span.Slice(item * x.Shape.C, x.Shape.C);
        means.Clear();
        for (int row = 0; row < x.Shape.H; row++)
        {
            for (int column = 0; column < x.Shape.W; column++)
            {
                TensorPrimitives.Add(means, x.At(item, row, column), means);
            }
        }

        TensorPrimitives.Divide(means, x.Shape.H * x.Shape.W, means);
    }

    /// <inheritdoc/>
    protected override void ApplyTransposed(Tensor dy, Tensor dx, int item)
    {
        ReadOnlySpan<float> means = dy.Span.Slice(item * dx.Shape.C, dx.Shape.C);
        for (int row = 0; row < dx.Shape.H; row++)
        {
            for (int column = 0; column < dx.Shape.W; column++)
            {
                TensorPrimitives.Divide(means, dx.Shape.H * dx.Shape.W, dx.At(item, row, column));
            }
        }
    }
}
