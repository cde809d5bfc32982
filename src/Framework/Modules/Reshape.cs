using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// [N, …] → [N, given dimensions], element by element in row-major logical order (C, H, W), as PyTorch's <c>view</c> or <c>Unflatten</c>.
/// </summary>
/// <remarks>
/// Rank-4 tensors lie channels-last in memory, so this is where a flattened tensor is brought into the order that PyTorch's weights expect.
/// </remarks>
public class Reshape : Module
{
    private readonly int[] dimensions;
    private readonly ElementOrder order = new();
    private Shape? input;
    private Tensor? y, reusedY, reusedDx, reusedDdy;
    private bool hadBackward;

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

        this.dimensions = [.. dimensions];
    }

    /// <summary>y: the elements of x, item by item, in the new dimensions.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape output = OutputShape(x.Shape);
        if (output.Count != x.Shape.Count)
        {
            throw new ArgumentException(
                $"{GetType().Name} cannot make {output} of x: {x.Shape}: the numbers of elements differ.", nameof(x));
        }

        (input, hadBackward) = (x.Shape, false);
        y = Result(ref reusedY, output, x);
        order.Copy(x, y);
        return y;
    }

    /// <summary>dx: the elements of dy in the dimensions of x.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, input!.Value, dy);
        order.Copy(dy, dx);
        return dx;
    }

    /// <summary>ddy: the elements of ddx in the dimensions of y.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, input, ddx);
        Tensor ddy = Result(ref reusedDdy, y!.Shape, ddx);
        order.Copy(ddx, ddy);
        return ddy;
    }

    /// <summary>The shape of y.</summary>
    /// <param name="x">The shape of x.</param>
    protected virtual Shape OutputShape(Shape x) => dimensions.Length switch
    {
        1 => new(x.N, dimensions[0]),
        2 => new(x.N, dimensions[0], dimensions[1]),
        _ => new(x.N, dimensions[0], dimensions[1], dimensions[2]),
    };
}
