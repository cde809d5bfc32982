using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// A function with its first and second derivative, as activations and norms of an image by itself are. Subclasses compute; this class
/// keeps the tensors, and what the dependence of J = ∂y/∂x on x leaves for the next Backward.
/// </summary>
public abstract class SmoothModule : Module
{
    private Tensor? x, y, dy, curvature, reusedY, reusedDx, reusedDdy, reusedCurvature;

    /// <inheritdoc/>
    public override bool HasCurvature => true;

    /// <inheritdoc/>
    public sealed override Tensor Forward(Tensor x) => Forward(x, inPlace: false);

    /// <inheritdoc/>
    public sealed override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => Backward(dy, wanted, inPlace: false);

    /// <summary>As the other, but in place y takes x's memory.</summary>
    private protected Tensor Forward(Tensor x, bool inPlace)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape output = OutputShape(x.Shape);
        (this.x, dy, curvature) = (x, null, null);
        y = inPlace ? x : Result(ref reusedY, output, x);
        Compute(x, y);
        return y;
    }

    /// <summary>As the other, but in place dx takes dy's memory.</summary>
    private protected Tensor Backward(Tensor dy, Gradients wanted, bool inPlace)
    {
        CheckBackward(y, dy);
        this.dy = dy;
        Tensor? dx = (wanted & Gradients.Input) == 0 ? null : inPlace ? dy : Result(ref reusedDx, x!.Shape, dy);
        Differentiate(x!, y, dy, dx, (wanted & Gradients.Parameters) != 0);
        if (curvature is not null && dx is not null)
        {
            TensorPrimitives.Add<float>(dx.Span, curvature.Span, dx.Span);
        }

        curvature = null;
        return dx ?? NoGradient;
    }

    /// <inheritdoc/>
    public sealed override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(dy, x?.Shape, ddx);
        Tensor ddy = Result(ref reusedDdy, y!.Shape, ddx);
        Tensor? kept = HasCurvature ? Result(ref reusedCurvature, ddx.Shape, ddx) : null;
        DifferentiateTwice(x!, y, dy, ddx, ddy, kept);
        curvature = kept;
        return ddy;
    }

    /// <summary>The shape of y.</summary>
    /// <param name="x">The shape of x.</param>
    /// <exception cref="ArgumentException">It is none that the module takes; the message says which it takes.</exception>
    protected abstract Shape OutputShape(Shape x);

    /// <summary>y = f(x).</summary>
    /// <param name="x">x, of a shape that <see cref="OutputShape"/> took. Not changed.</param>
    /// <param name="y">y; overwritten.</param>
    protected abstract void Compute(Tensor x, Tensor y);

    /// <summary>dx = (∂y/∂x)ᵀ · dy, and gradients of the parameters += (∂y/∂θ)ᵀ · dy.</summary>
    /// <param name="x">x of the last Forward. Not changed.</param>
    /// <param name="y">Its y. Not changed.</param>
    /// <param name="dy">∂loss/∂y. Not changed.</param>
    /// <param name="dx">dx; overwritten. Null if it is not wanted.</param>
    /// <param name="parameters">Whether the gradients of the parameters are wanted.</param>
    protected abstract void Differentiate(Tensor x, Tensor y, Tensor dy, Tensor? dx, bool parameters);

    /// <summary>Of P(dx): ∂P/∂dy = J · ddx, gradients of the parameters += ∂P/∂θ, and ∂P/∂x, by the dependence of J on x.</summary>
    /// <param name="x">x of the last Forward. Not changed.</param>
    /// <param name="y">Its y. Not changed.</param>
    /// <param name="dy">What the last Backward was given. Not changed.</param>
    /// <param name="ddx">∂P/∂dx. Not changed.</param>
    /// <param name="ddy">∂P/∂dy; overwritten.</param>
    /// <param name="curvature">∂P/∂x; overwritten. Null of a module without (see <see cref="Module.HasCurvature"/>).</param>
    protected abstract void DifferentiateTwice(Tensor x, Tensor y, Tensor dy, Tensor ddx, Tensor ddy, Tensor? curvature);
}
