using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// The largest value of each window, a channel at a time, as PyTorch's <c>MaxPool2d</c>: of equal ones the first counts, and NaN is
/// larger than any number.
/// </summary>
/// <remarks>x: [N, C, H, W] → y: [N, C, h, w], with h = ⌊(H + 2p − k) / s⌋ + 1, and w likewise.</remarks>
public sealed class MaxPool2D : Module
{
    private readonly PoolWindow window;
    private readonly Action<int> forwardImage, backwardImage, doubleBackwardImage;

    private Tensor? x, y, from, to, reusedY, reusedDx, reusedDdy;
    private int[] largest = [];
    private bool hadBackward;

    /// <summary>Makes the module.</summary>
    /// <param name="kernel">k, at least 1.</param>
    /// <param name="stride">s, at least 1; the kernel's size unless given.</param>
    /// <param name="padding">p, at least 0 and at most half of the kernel; what is there never counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public MaxPool2D(Size2D kernel, Size2D? stride = null, Size2D padding = default)
    {
        window = new(kernel, stride ?? kernel, padding);
        (forwardImage, backwardImage, doubleBackwardImage) = (ForwardImage, BackwardImage, DoubleBackwardImage);
    }

    /// <summary>k, the size of a window.</summary>
    public Size2D Kernel => window.Kernel;

    /// <summary>s, the pixels from window to window.</summary>
    public Size2D Stride => window.Stride;

    /// <summary>p, the pixels laid around the image.</summary>
    public Size2D Padding => window.Padding;

    /// <summary>For example <c>MaxPool2D(2×2, stride 2×2)</c>.</summary>
    public override string ToString() => $"MaxPool2D({window})";

    /// <summary>y = max over each window.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape output = window.OutputShape(x.Shape, nameof(MaxPool2D));
        (this.x, hadBackward) = (x, false);
        y = Result(ref reusedY, output, x);
        if (largest.Length != output.Count)
        {
            largest = new int[output.Count];
        }

        Parallelism.For(output.N, forwardImage);
        return y;
    }

    /// <summary>dx: each dy where its largest value was.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        (from, to) = (dy, Result(ref reusedDx, x!.Shape, dy));
        Parallelism.For(dy.Shape.N, backwardImage);
        return to;
    }

    /// <summary>ddy: ddx where the largest values were.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, x?.Shape, ddx);
        (from, to) = (ddx, Result(ref reusedDdy, y!.Shape, ddx));
        Parallelism.For(y.Shape.N, doubleBackwardImage);
        return to;
    }

    private void ForwardImage(int n)
    {
        Shape output = y!.Shape;
        for (int row = 0; row < output.H; row++)
        {
            (int top, int bottom) = window.Rows(row, x!.Shape.H);
            for (int column = 0; column < output.W; column++)
            {
                (int left, int right) = window.Columns(column, x.Shape.W);
                Span<float> most = y.At(n, row, column);
                Span<int> places = Places(n).Slice(((row * output.W) + column) * output.C, output.C);
                most.Fill(float.NegativeInfinity);
                places.Fill((top * x.Shape.W) + left);
                for (int h = top; h < bottom; h++)
                {
                    for (int w = left; w < right; w++)
                    {
                        Compare(x.At(n, h, w), (h * x.Shape.W) + w, most, places);
                    }
                }
            }
        }
    }

    private static void Compare(ReadOnlySpan<float> pixel, int place, Span<float> most, Span<int> places)
    {
        for (int c = 0; c < pixel.Length; c++)
        {
            if (pixel[c] > most[c] || float.IsNaN(pixel[c]))
            {
                (most[c], places[c]) = (pixel[c], place);
            }
        }
    }

    private void BackwardImage(int n)
    {
        Span<float> dx = to!.Image(n);
        ReadOnlySpan<float> dy = from!.Image(n);
        Span<int> places = Places(n);
        int channels = from!.Shape.C;
        dx.Clear();
        for (int i = 0; i < dy.Length; i++)
        {
            dx[(places[i] * channels) + (i % channels)] += dy[i];
        }
    }

    private void DoubleBackwardImage(int n)
    {
        ReadOnlySpan<float> ddx = from!.Image(n);
        Span<float> ddy = to!.Image(n);
        Span<int> places = Places(n);
        int channels = to!.Shape.C;
        for (int i = 0; i < ddy.Length; i++)
        {
            ddy[i] = ddx[(places[i] * channels) + (i % channels)];
        }
    }

    /// <summary>For each element of an image of y, in memory's order, the pixel of x that it is.</summary>
    private Span<int> Places(int n)
    {
        int size = y!.Shape.C * y.Shape.H * y.Shape.W;
        return largest.AsSpan(n * size, size);
    }
}
