using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>The sum of each channel over all pixels, divided by something: what global pooling layers share.</summary>
/// <remarks>x: [N, C, H, W] → y: [N, C].</remarks>
public abstract class GlobalPool2D : LinearMap
{
    /// <summary>What the sums are divided by.</summary>
    /// <param name="pixels">H · W, at least 1.</param>
    protected abstract int Divisor(int pixels);

    /// <inheritdoc/>
    protected sealed override Shape OutputShape(Shape x)
    {
        Positions.RequireImages(x, GetType().Name);
        return x.H * x.W > 0
            ? new Shape(x.N, x.C)
            : throw new ArgumentException($"{GetType().Name} expects images of at least one pixel, but got {x}.", nameof(x));
    }

    /// <inheritdoc/>
    protected sealed override void Apply(Tensor x, Tensor y, int item)
    {
        Span<float> sums = y.Span.Slice(item * x.Shape.C, x.Shape.C);
        sums.Clear();
        for (int row = 0; row < x.Shape.H; row++)
        {
            for (int column = 0; column < x.Shape.W; column++)
            {
                TensorPrimitives.Add(sums, x.At(item, row, column), sums);
            }
        }

        TensorPrimitives.Divide(sums, Divisor(x.Shape.H * x.Shape.W), sums);
    }

    /// <inheritdoc/>
    protected sealed override void ApplyTransposed(Tensor dy, Tensor dx, int item)
    {
        ReadOnlySpan<float> sums = dy.Span.Slice(item * dx.Shape.C, dx.Shape.C);
        int divisor = Divisor(dx.Shape.H * dx.Shape.W);
        for (int row = 0; row < dx.Shape.H; row++)
        {
            for (int column = 0; column < dx.Shape.W; column++)
            {
                TensorPrimitives.Divide(sums, divisor, dx.At(item, row, column));
            }
        }
    }
}
