using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// A linear function without parameters, of each image by itself: y = A · x, so that dx = Aᵀ · dy and ddy = A · ddx. For layers that move,
/// copy, sum or average elements; a layer of one's own says what A and Aᵀ do to one item of the batch.
/// </summary>
public abstract class LinearMap : Module
{
    private readonly Action<int> applyItem, applyTransposedItem;

    private Tensor? y, reusedY, reusedDx, reusedDdy, source, target;
    private Shape? input;
    private bool hadBackward;

    /// <summary>Makes the module.</summary>
    protected LinearMap()
    {
        applyItem = item => Apply(source!, target!, item);
        applyTransposedItem = item => ApplyTransposed(source!, target!, item);
    }

    /// <inheritdoc/>
    internal override bool ForgetsResults => GetType().Assembly == typeof(LinearMap).Assembly; // others may keep what Apply gets

    /// <summary>y = A · x.</summary>
    /// <inheritdoc/>
    public sealed override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape output = OutputShape(x.Shape);
        (input, hadBackward) = (x.Shape, false);
        return y = Run(applyItem, x, Result(ref reusedY, output, x), output.N);
    }

    /// <summary>dx = Aᵀ · dy.</summary>
    /// <inheritdoc/>
    public sealed override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        return (wanted & Gradients.Input) == 0
            ? NoGradient
            : Run(applyTransposedItem, dy, Result(ref reusedDx, input!.Value, dy), dy.Shape.N);
    }

    /// <summary>ddy = A · ddx.</summary>
    /// <inheritdoc/>
    public sealed override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, input, ddx);
        return Run(applyItem, ddx, Result(ref reusedDdy, y!.Shape, ddx), y.Shape.N);
    }

    /// <summary>Makes the next <see cref="Backward"/> need a Forward before it, after A has changed.</summary>
    protected void Forget() => y = null;

    /// <summary>The shape of y.</summary>
    /// <param name="x">The shape of x.</param>
    /// <exception cref="ArgumentException">It is none that the module takes; the message says which it takes.</exception>
    protected abstract Shape OutputShape(Shape x);

    /// <summary>y = A · x, for one item of y's batch. Called by several threads at once, for items of their own.</summary>
    /// <param name="x">x, of a shape that <see cref="OutputShape"/> took. Not changed.</param>
    /// <param name="y">y; all of the item is overwritten.</param>
    /// <param name="item">The item, from 0.</param>
    protected abstract void Apply(Tensor x, Tensor y, int item);

    /// <summary>
    /// dx = Aᵀ · dy, the exact adjoint (Σ (A · x) · dy = Σ x · (Aᵀ · dy)), for one item of y's batch. Called by several threads at once,
    /// for items of their own.
    /// </summary>
    /// <param name="dy">dy. Not changed.</param>
    /// <param name="dx">dx; all that the item of y comes from is overwritten.</param>
    /// <param name="item">The item, from 0.</param>
    protected abstract void ApplyTransposed(Tensor dy, Tensor dx, int item);

    private Tensor Run(Action<int> apply, Tensor from, Tensor to, int items)
    {
        (source, target) = (from, to);
        Parallelism.For(items, apply);
        return to;
    }
}
