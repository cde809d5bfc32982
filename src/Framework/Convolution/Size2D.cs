namespace MiniGan.Convolution;

/// <summary>
/// A height and a width: of a kernel, a stride, a dilation or an output padding. One number converts to the same for both.
/// </summary>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>The same size both ways, as in <c>stride: 2</c>.</summary>
    public static implicit operator Size2D(int size) => new(size, size);

    /// <summary>A height and a width, as in <c>kernel: (3, 5)</c>.</summary>
    public static implicit operator Size2D((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>The same size both ways; for languages without conversion operators.</summary>
    public static Size2D FromInt32(int size) => new(size, size);

    /// <summary>A height and a width; for languages without conversion operators.</summary>
    public static Size2D FromValueTuple((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>For example <c>3×5</c>.</summary>
    public override string ToString() => $"{Height}×{Width}";
}
