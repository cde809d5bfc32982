using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>The windows of a pooling layer: those of a convolution, a channel at a time.</summary>
internal readonly record struct PoolWindow
{
    /// <summary>Checks and makes them.</summary>
    /// <param name="kernel">Its size.</param>
    /// <param name="stride">From one to the next.</param>
    /// <param name="padding">Rows and columns beside the image, at most half of the kernel, as in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public PoolWindow(Size2D kernel, Size2D stride, Size2D padding)
    {
        Require(kernel is { Height: >= 1, Width: >= 1 }, kernel, nameof(kernel), "at least 1 both ways");
        Require(stride is { Height: >= 1, Width: >= 1 }, stride, nameof(stride), "at least 1 both ways");
        bool fits = padding is { Height: >= 0, Width: >= 0 } && padding.Height <= kernel.Height / 2 && padding.Width <= kernel.Width / 2;
        Require(fits, padding, nameof(padding), "at least 0, and at most half of the kernel");
        (Kernel, Stride, Padding) = (kernel, stride, padding);
    }

    /// <summary>Its size.</summary>
    public Size2D Kernel { get; }

    /// <summary>From one to the next.</summary>
    public Size2D Stride { get; }

    /// <summary>Rows and columns beside the image.</summary>
    public Size2D Padding { get; }

    /// <summary>The shape of what comes out: ⌊(n + 2p − k) / s⌋ + 1 along each axis.</summary>
    /// <exception cref="ArgumentException">Those are no images, or too small ones.</exception>
    public Shape OutputShape(Shape x, string module)
    {
        Positions.RequireImages(x, module);
        int height = x.H + (2 * Padding.Height) - Kernel.Height, width = x.W + (2 * Padding.Width) - Kernel.Width;
        return height >= 0 && width >= 0
            ? new Shape(x.N, x.C, (height / Stride.Height) + 1, (width / Stride.Width) + 1)
            : throw new ArgumentException(
                $"{module} of windows of {Kernel} expects images at least as large with their padding of {Padding}, but got {x}.",
                nameof(x));
    }

    /// <summary>The rows of the image within the window of an output row: from the first to before the last.</summary>
    public (int First, int End) Rows(int row, int height) => Range((row * Stride.Height) - Padding.Height, Kernel.Height, height);

    /// <summary>The columns likewise.</summary>
    public (int First, int End) Columns(int column, int width) => Range((column * Stride.Width) - Padding.Width, Kernel.Width, width);

    /// <summary>For example <c>3×3, stride 2, padding 1</c>.</summary>
    public override string ToString() =>
        $"{Kernel}, stride {Stride}{(Padding == 0 ? "" : $", padding {Padding}")}";

    private static (int First, int End) Range(int start, int length, int size) => (Math.Max(start, 0), Math.Min(start + length, size));

    private static void Require(bool holds, Size2D value, string name, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"The {name} must be {expected}.");
        }
    }
}
