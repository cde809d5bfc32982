using System.Diagnostics.CodeAnalysis;

namespace MiniGan.Tensors;

/// <summary>
/// The dimensions of a <see cref="Tensor"/>: one to four of them, in PyTorch's logical order (<c>[N, C, H, W]</c> for rank 4).
/// </summary>
/// <remarks>A dimension may be zero (an empty batch); the number of elements is at most <see cref="LargestCount"/>.</remarks>
/// <example>
/// <code>
/// var shape = new Shape(8, 3, 28, 28); // eight images of three channels
/// int values = shape.Count; // 18,816
/// </code>
/// </example>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>
    /// The most elements that a tensor can have: somewhat fewer than an array, which holds the alignment and the tail as well.
    /// </summary>
    public const int LargestCount = int.MaxValue - (1 << 20);

    private readonly int d0, d1, d2, d3;

    /// <summary>Makes a shape of one to four dimensions, the outermost first.</summary>
    /// <param name="dimensions">One to four sizes, each zero or more.</param>
    /// <exception cref="ArgumentException">
    /// There are none or more than four, one is negative, or the product exceeds <see cref="LargestCount"/>.
    /// </exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length is < 1 or > 4)
        {
            throw new ArgumentException($"A shape has 1 to 4 dimensions, but {dimensions.Length} were given.", nameof(dimensions));
        }

        long count = 1;
        foreach (int dimension in dimensions)
        {
            if (dimension < 0 || (count *= dimension) > LargestCount)
            {
                throw new ArgumentException(
                    $"[{string.Join(", ", dimensions.ToArray())}] is no shape: each dimension must be zero or more and their product " +
                    $"at most {LargestCount}.",
                    nameof(dimensions));
            }
        }

        Rank = dimensions.Length;
        Count = (int)count;
        d0 = dimensions[0];
        d1 = Rank > 1 ? dimensions[1] : 1;
        d2 = Rank > 2 ? dimensions[2] : 1;
        d3 = Rank > 3 ? dimensions[3] : 1;
    }

    /// <summary>The number of dimensions, 1 to 4.</summary>
    public int Rank { get; }

    /// <summary>The number of elements: the product of the dimensions.</summary>
    public int Count { get; }

    /// <summary>The first dimension: the batch of an image, the output channels of a weight.</summary>
    public int N => d0;

    /// <summary>The second dimension, the channels; 1 below rank 2.</summary>
    public int C => d1;

    /// <summary>The third dimension, the height; 1 below rank 3.</summary>
    public int H => d2;

    /// <summary>The fourth dimension, the width; 1 below rank 4.</summary>
    public int W => d3;

    /// <summary>Dimension <paramref name="axis"/>, counted from the outermost.</summary>
    /// <param name="axis">0 to <see cref="Rank"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="axis"/> is not a dimension of this shape.</exception>
    public int this[int axis] => (uint)axis >= (uint)Rank
        ? throw new ArgumentOutOfRangeException(nameof(axis), axis, $"{this} has {Rank} dimensions.")
        : axis switch { 0 => d0, 1 => d1, 2 => d2, _ => d3 };

    /// <summary>The dimensions as a new array.</summary>
    public int[] ToArray()
    {
        int[] all = [d0, d1, d2, d3];
        return all[..Rank];
    }

    /// <summary>Whether both have the same rank and the same dimensions.</summary>
    public bool Equals(Shape other) =>
        Rank == other.Rank && d0 == other.d0 && d1 == other.d1 && d2 == other.d2 && d3 == other.d3;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, d0, d1, d2, d3);

    /// <summary>Whether both have the same rank and the same dimensions.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether the ranks or the dimensions differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The dimensions in brackets, for example <c>[64, 1, 28, 28]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", ToArray())}]";
}
