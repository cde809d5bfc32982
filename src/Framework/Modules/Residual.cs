using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = f(x) + g(x), with a shortcut g that is the identity unless given (He et al. 2016, "Deep residual learning for image recognition").
/// </summary>
/// <remarks>In the state the modules are <c>main</c> and <c>shortcut</c>.</remarks>
/// <example>
/// <code>
/// var block = new Residual(
///     main: new Sequential(new ReLU(), new Conv2D(16, 32, 3, padding: 1), new AvgPool2D(2)),
///     shortcut: new Sequential(new Conv2D(16, 32, 1), new AvgPool2D(2)));
/// </code>
/// </example>
public sealed class Residual : Container
{
    private readonly Module main;
    private readonly Module? shortcut;
    private Tensor? y, reusedY, reusedDx, reusedDdy;
    private Shape? input;
    private bool hadBackward;

    /// <summary>Joins two ways from x to y.</summary>
    /// <param name="main">f.</param>
    /// <param name="shortcut">
    /// g, a projection where f changes the shape: a 1×1 convolution, for example; null for g(x) = x.
    /// </param>
    /// <exception cref="ArgumentException">A module is within both.</exception>
    public Residual(Module main, Module? shortcut = null)
        : base(shortcut is null ? [("main", main)] : [("main", main), ("shortcut", shortcut)]) =>
            (this.main, this.shortcut) = (main, shortcut);

    /// <summary>y = f(x) + g(x).</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        (input, hadBackward) = (x.Shape, false);
        Tensor a = ForwardAt("Residual.main", main, x), b = shortcut is null ? x : ForwardAt("Residual.shortcut", shortcut, x);
        if (a.Shape != b.Shape)
        {
            throw new ArgumentException(
                $"Residual adds {a.Shape}, which main makes of x: {x.Shape}, and {b.Shape}, " +
                $"{(shortcut is null ? "which is x itself" : "which the shortcut makes")}. " +
                "Give a shortcut that makes what main makes: a 1×1 convolution, for example.",
                nameof(x));
        }

        return y = Sum(a, b, ref reusedY, x);
    }

    /// <summary>dx = f's dx + g's dx.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        Tensor a = main.Backward(dy, wanted), b = shortcut?.Backward(dy, wanted) ?? dy;
        return (wanted & Gradients.Input) == 0 ? NoGradient : Sum(a, b, ref reusedDx, dy);
    }

    /// <summary>ddy = f's ddy + g's ddy.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, input, ddx);
        return Sum(main.DoubleBackward(ddx), shortcut?.DoubleBackward(ddx) ?? ddx, ref reusedDdy, ddx);
    }

    private Tensor Sum(Tensor a, Tensor b, ref Tensor? reused, Tensor source)
    {
        Tensor sum = Result(ref reused, a.Shape, source, a);
        TensorPrimitives.Add<float>(a.Span, b.Span, sum.Span);
        return sum;
    }
}
