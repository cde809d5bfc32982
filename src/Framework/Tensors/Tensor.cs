using System.Runtime.CompilerServices;

namespace MiniGan.Tensors;

/// <summary>
/// A float32 array of rank 1 to 4 with logical dimensions as in PyTorch (<c>[N, C, H, W]</c>) that lies <em>channels-last</em> in
/// memory when it has rank 4: element (n, c, h, w) is at ((n·H + h)·W + w)·C + c, so that the channels of a position are
/// contiguous. Lower ranks are row-major.
/// </summary>
/// <remarks>
/// The memory is an ordinary garbage-collected array, pinned so that kernels may address it: nothing to dispose. It starts on a 64-byte
/// boundary, and <see cref="ReadableTail"/> further floats may be read (never written) behind its end, so that a register tile may load a
/// whole row of lanes at the last position and throw away those that do not belong to it.
/// </remarks>
/// <example>
/// <code>
/// var images = new Tensor(new Shape(2, 3, 28, 28)); // zeros
/// images[1, 0, 5, 7] = 0.5f; // the second image's red, row 5, column 7
/// var rows = Tensor.FromRowMajor(new Shape(2, 3), [1, 2, 3, 4, 5, 6]);
/// </code>
/// </example>
public sealed unsafe class Tensor
{
    /// <summary>Floats behind the last element that kernels may read; what they hold is unspecified.</summary>
    internal const int ReadableTail = 64;

    private const int AlignmentInFloats = 16;

    private readonly Lock? deferred;
    private Action<Tensor>? fill;
    private volatile float[]? storage;
    private int start;
    private Tensor? positions;

    /// <summary>Makes a tensor of zeros.</summary>
    /// <param name="shape">Its dimensions.</param>
    public Tensor(Shape shape)
        : this(shape, Allocate(shape))
    {
    }

    private Tensor(Shape shape, float[] storage)
    {
        Shape = shape;
        start = StartOf(storage);
        this.storage = storage;
    }

    private Tensor(Shape shape, Action<Tensor>? fill)
    {
        Shape = shape;
        this.fill = fill;
        deferred = new Lock();
    }

    /// <summary>The logical dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>The elements in memory order (channels-last for rank 4). Writing to it changes the tensor.</summary>
    public Span<float> Span => Storage.AsSpan(start, Shape.Count);

    /// <summary>Whether no element is NaN or an infinity; true of an empty tensor.</summary>
    public bool IsFinite => Shape.Count == 0 || TensorPrimitives.IsFiniteAll<float>(Span);

    /// <summary>The address of the first element. The array is pinned, so it holds as long as the tensor is reachable.</summary>
    internal float* Pointer => (float*)Unsafe.AsPointer(ref Storage[start]);

    /// <summary>Element (n, c, h, w) by its logical indices; those beyond the rank are zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside its dimension.</exception>
    public float this[int n, int c = 0, int h = 0, int w = 0]
    {
        get => Span[Offset(n, c, h, w)];
        set => Span[Offset(n, c, h, w)] = value;
    }

    private float[] Storage => storage ?? AllocateDeferred();

    /// <summary>
    /// Makes a tensor whose memory is allocated, and filled, when its elements are first used: so a network can be built, described and
    /// compared with a file before memory is spent on it.
    /// </summary>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="fill">Fills the elements, zeros before, when that time comes; null leaves them zeros.</param>
    public static Tensor Deferred(Shape shape, Action<Tensor>? fill = null) => new(shape, fill);

    /// <summary>Makes a tensor from values in row-major logical order (NCHW for rank 4), PyTorch's default.</summary>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="values">As many values as the shape has elements; they are copied.</param>
    /// <exception cref="ArgumentException">The number of values is not <see cref="Shape.Count"/>.</exception>
    public static Tensor FromRowMajor(Shape shape, ReadOnlySpan<float> values)
    {
        CheckLength(shape, values.Length, nameof(values)); // before memory is spent on it
        var tensor = new Tensor(shape);
        tensor.CopyFromRowMajor(values);
        return tensor;
    }

    /// <summary>Overwrites the elements by values in row-major logical order (NCHW for rank 4).</summary>
    /// <param name="values">As many values as the shape has elements.</param>
    /// <exception cref="ArgumentException">The number of values is not <see cref="Shape.Count"/>.</exception>
    public void CopyFromRowMajor(ReadOnlySpan<float> values)
    {
        CheckLength(Shape, values.Length, nameof(values));
        if (IsRowMajor)
        {
            values.CopyTo(Span);
            return;
        }

        int channels = Shape.C, positions = Shape.H * Shape.W;
        Span<float> own = Span;
        for (int n = 0, i = 0; n < Shape.N; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int p = 0; p < positions; p++)
                {
                    own[(((n * positions) + p) * channels) + c] = values[i++];
                }
            }
        }
    }

    /// <summary>Writes the elements in row-major logical order (NCHW for rank 4).</summary>
    /// <param name="values">Room for as many values as the shape has elements; overwritten.</param>
    /// <exception cref="ArgumentException">The length is not <see cref="Shape.Count"/>.</exception>
    public void CopyToRowMajor(Span<float> values)
    {
        CheckLength(Shape, values.Length, nameof(values));
        if (IsRowMajor)
        {
            Span.CopyTo(values);
            return;
        }

        int channels = Shape.C, positions = Shape.H * Shape.W;
        ReadOnlySpan<float> own = Span;
        for (int n = 0, i = 0; n < Shape.N; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int p = 0; p < positions; p++)
                {
                    values[i++] = own[(((n * positions) + p) * channels) + c];
                }
            }
        }
    }

    /// <summary>The elements in row-major logical order (NCHW for rank 4), as a new array.</summary>
    public float[] ToRowMajor()
    {
        float[] values = new float[Shape.Count];
        CopyToRowMajor(values);
        return values;
    }

    /// <summary>An independent copy.</summary>
    public Tensor Clone()
    {
        var copy = new Tensor(Shape);
        Span.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>
    /// A second tensor <c>[N, C, 1, 1]</c> over the <em>same memory</em> as this one, of shape <c>[N, C]</c>; the same one each time.
    /// </summary>
    internal Tensor AsPositions() => positions ??= new(new Shape(Shape.N, Shape.C, 1, 1), Storage);

    /// <summary>
    /// Whether memory order and row-major logical order are the same: always below rank 4, and where one channel or one
    /// position is all there is.
    /// </summary>
    private bool IsRowMajor => Shape.Rank < 4 || Shape.C == 1 || Shape.H * Shape.W == 1;

    private static float[] Allocate(Shape shape) => GC.AllocateArray<float>(shape.Count + AlignmentInFloats + ReadableTail, pinned: true);

    private static int StartOf(float[] storage)
    {
        nint address = (nint)Unsafe.AsPointer(ref storage[0]);
        return (int)(-(address / sizeof(float)) & (AlignmentInFloats - 1));
    }

    private float[] AllocateDeferred()
    {
        lock (deferred!)
        {
            if (storage is null)
            {
                // Filled through another tensor over the same memory, so that no other thread sees it before it is whole.
                float[] memory = Allocate(Shape);
                fill?.Invoke(new Tensor(Shape, memory));
                (fill, start) = (null, StartOf(memory));
                storage = memory;
            }
        }

        return storage;
    }

    private int Offset(int n, int c, int h, int w) =>
        (uint)n >= (uint)Shape.N || (uint)c >= (uint)Shape.C || (uint)h >= (uint)Shape.H || (uint)w >= (uint)Shape.W
            ? throw new ArgumentOutOfRangeException(nameof(n), $"({n}, {c}, {h}, {w}) is outside a tensor of shape {Shape}.")
            : Shape.Rank == 4 ? (((((n * Shape.H) + h) * Shape.W) + w) * Shape.C) + c : (((n * Shape.C) + c) * Shape.H) + h;

    private static void CheckLength(Shape shape, int length, string argument)
    {
        if (length != shape.Count)
        {
            throw new ArgumentException($"A tensor of shape {shape} has {shape.Count} elements, but the span has {length}.", argument);
        }
    }
}
