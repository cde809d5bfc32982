using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A function and its derivative as a module, for what needs no class of its own.</summary>
/// <example>
/// <code>
/// var square = new Lambda(x => Square(x), (x, dy) => TwiceTimes(x, dy));
/// </code>
/// </example>
public sealed class Lambda : Module
{
    private readonly Func<Tensor, Tensor> forward;
    private readonly Func<Tensor, Tensor, Tensor> backward;
    private readonly Func<Tensor, Tensor, Tensor>? doubleBackward;
    private Tensor? x, y;
    private bool hadBackward;

    /// <summary>Makes the module.</summary>
    /// <param name="forward">y = f(x). It must not change x.</param>
    /// <param name="backward">(x, dy) → dx = Jᵀ · dy. It must not change either.</param>
    /// <param name="doubleBackward">
    /// (x, ddx) → ddy = J · ddx, if f is piecewise linear; null to refuse gradient penalties.
    /// </param>
    public Lambda(Func<Tensor, Tensor> forward, Func<Tensor, Tensor, Tensor> backward, Func<Tensor, Tensor, Tensor>? doubleBackward = null)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);
        (this.forward, this.backward, this.doubleBackward) = (forward, backward, doubleBackward);
    }

    /// <summary>A module that does nothing: y = x, the same tensor.</summary>
    public static Lambda Identity() => new(x => x, (_, dy) => dy, (_, ddx) => ddx) { IsIdentity = true };

    /// <summary>Whether it is <see cref="Identity"/>, of which others need not ask what it computes.</summary>
    internal bool IsIdentity { get; private init; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        (this.x, hadBackward) = (x, false);
        return y = forward(x);
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        return (wanted & Gradients.Input) == 0 ? NoGradient : backward(x!, dy);
    }

    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, x?.Shape, ddx);
        return doubleBackward is null ? base.DoubleBackward(ddx) : doubleBackward(x!, ddx);
    }
}
