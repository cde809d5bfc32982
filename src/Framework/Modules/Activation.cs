using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A function f of each element by itself, with f′ and f″. Takes any shape.</summary>
public abstract class Activation : SmoothModule
{
    private readonly ElementChunks apply, backward, curvature;

    private Tensor? x, y, dy, ddx, result;

    /// <summary>Makes the activation.</summary>
    protected Activation()
    {
        apply = new(some => Apply(x!.Span[some], result!.Span[some]));
        backward = new(some => ApplyBackward(x!.Span[some], y!.Span[some], dy!.Span[some], result!.Span[some]));
        curvature = new(some =>
        {
            Span<float> target = result!.Span[some];
            ApplyCurvature(x!.Span[some], y!.Span[some], dy!.Span[some], target);
            TensorPrimitives.Multiply(target, ddx!.Span[some], target);
        });
    }

    /// <inheritdoc/>
    protected sealed override Shape OutputShape(Shape x) => x;

    /// <inheritdoc/>
    protected sealed override void Compute(Tensor x, Tensor y)
    {
        (this.x, result) = (x, y);
        apply.Run(x.Shape.Count);
    }

    /// <inheritdoc/>
    protected sealed override void Differentiate(Tensor x, Tensor y, Tensor dy, Tensor? dx, bool parameters)
    {
        if (dx is not null)
        {
            (this.x, this.y, this.dy, result) = (x, y, dy, dx);
            backward.Run(x.Shape.Count);
        }
    }

    /// <inheritdoc/>
    protected sealed override void DifferentiateTwice(Tensor x, Tensor y, Tensor dy, Tensor ddx, Tensor ddy, Tensor? curvature)
    {
        Differentiate(x, y, ddx, ddy, parameters: false);
        if (curvature is not null)
        {
            (this.dy, this.ddx, result) = (dy, ddx, curvature);
            this.curvature.Run(x.Shape.Count);
        }
    }

    /// <summary>y = f(x), element by element; overwrites y. Called by several threads at once, for elements of their own.</summary>
    /// <param name="x">Some elements of x.</param>
    /// <param name="y">The same elements of y.</param>
    protected abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>
    /// dx = f′(x) · dy, element by element; overwrites dx. Called by several threads at once, for elements of their own.
    /// </summary>
    /// <param name="x">Some elements of x.</param>
    /// <param name="y">The same elements of y = f(x), from which f′ often follows.</param>
    /// <param name="dy">The same elements of dy.</param>
    /// <param name="dx">The same elements of dx.</param>
    protected abstract void ApplyBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx);

    /// <summary>
    /// c = f″(x) · dy, element by element; overwrites c. Called by several threads at once, for elements of their own; never
    /// if <see cref="Module.HasCurvature"/> is false.
    /// </summary>
    /// <param name="x">Some elements of x.</param>
    /// <param name="y">The same elements of y = f(x).</param>
    /// <param name="dy">The same elements of dy.</param>
    /// <param name="curvature">The same elements of c.</param>
    protected abstract void ApplyCurvature(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> curvature);
}
