using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// [N, …] → [N, given dimensions], element by element in row-major logical order (C, H, W), as PyTorch's <c>view</c> or <c>Unflatten</c>.
/// </summary>
/// <remarks>
/// Rank-4 tensors lie channels-last in memory, so this is where a flattened tensor is brought into the order that PyTorch's weights expect.
/// </remarks>
public class Reshape : LinearMap
{
    /// <summary>Makes the module.</summary>
    /// <param name="dimensions">One to three dimensions without the batch, for example channels, height, width.</param>
    /// <exception cref="ArgumentException">There are none or more than three, or one is less than 1.</exception>
    public Reshape(params int[] dimensions)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        if (dimensions.Length is < 1 or > 3 || dimensions.Any(dimension => dimension < 1))
        {
            throw new ArgumentException(
                $"Reshape takes one to three dimensions of at least 1, without the batch, but got [{string.Join(", ", dimensions)}].",
                nameof(dimensions));
        }

        Dimensions = [.. dimensions];
    }

    /// <summary>The dimensions of y without the batch; of a <see cref="Flatten"/> they depend on x.</summary>
    internal IReadOnlyList<int> Dimensions { get; }

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x)
    {
        Shape output = Dimensions.Count switch
        {
            1 => new(x.N, Dimensions[0]),
            2 => new(x.N, Dimensions[0], Dimensions[1]),
            _ => new(x.N, Dimensions[0], Dimensions[1], Dimensions[2]),
        };
        return output.Count == x.Count
            ? output
            : throw new ArgumentException($"Reshape cannot make {output} of x: {x}: the numbers of elements differ.", nameof(x));
    }

    /// <inheritdoc/>
    protected sealed override void Apply(Tensor x, Tensor y, int item) => ElementOrder.CopyItem(x, y, item);

    /// <inheritdoc/>
    protected sealed override void ApplyTransposed(Tensor dy, Tensor dx, int item) => ElementOrder.CopyItem(dy, dx, item);
}
