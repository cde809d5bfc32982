namespace MiniGan.Convolution;

/// <summary>The zeros laid around the image of a convolution; a transposed convolution cuts as much from its output.</summary>
/// <param name="Kind">Whether the four numbers are given or follow from the sizes.</param>
/// <param name="Top">Rows above; counts only if the kind is explicit.</param>
/// <param name="Left">Columns to the left; counts only if the kind is explicit.</param>
/// <param name="Bottom">Rows below; counts only if the kind is explicit.</param>
/// <param name="Right">Columns to the right; counts only if the kind is explicit.</param>
public readonly record struct Padding(PaddingKind Kind, int Top, int Left, int Bottom, int Right)
{
    /// <summary>No padding (Keras's <c>valid</c>).</summary>
    public static Padding Valid => default;

    /// <summary>
    /// Keras's <c>same</c>: a convolution's output is ⌈input / stride⌉, a transposed convolution's is input · stride. Where the total is
    /// odd, the extra zero lies below and to the right.
    /// </summary>
    /// <remarks>
    /// With a kernel of 3 or 5 and stride 2 this is <em>not</em> PyTorch's padding with output_padding: the shapes agree, the values are
    /// shifted by a pixel.
    /// </remarks>
    public static Padding Same => new(PaddingKind.Same, 0, 0, 0, 0);

    /// <summary>The given numbers of zeros on the four sides.</summary>
    public static Padding Explicit(int top, int left, int bottom, int right) => new(PaddingKind.Explicit, top, left, bottom, right);

    /// <summary>PyTorch's <c>padding=n</c>: n zeros on all four sides.</summary>
    public static implicit operator Padding(int all) => FromInt32(all);

    /// <summary>PyTorch's <c>padding=n</c>: n zeros on all four sides.</summary>
    public static Padding FromInt32(int all) => Explicit(all, all, all, all);

    /// <summary><c>valid</c>, <c>same</c>, or the four numbers top, left, bottom, right.</summary>
    public override string ToString() => Kind switch
    {
        PaddingKind.Valid => "valid",
        PaddingKind.Same => "same",
        _ => $"[{Top}, {Left}, {Bottom}, {Right}]",
    };
}
