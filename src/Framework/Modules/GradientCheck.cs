using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Compares the gradients of a module with finite differences, (L(θ + h) − L(θ − h)) / 2h: a test for layers of one's own. A wrong sign or
/// factor makes a difference of the order of 1.
/// </summary>
/// <remarks>
/// Every element is shifted in turn, so keep operands small: a hundred elements, not a million. float32 leaves little of a small
/// difference, so h is large; where the module has a kink, as ReLU at 0, choose operands that are farther from it.
/// </remarks>
/// <example>
/// <code>
/// Assert.True(GradientCheck.Backward(new MyLayer(), x) &lt; 1e-2);
/// </code>
/// </example>
public static class GradientCheck
{
    /// <summary>
    /// Checks <see cref="Module.Backward"/> with L = Σ r · f(x), for random r: dx, and the gradient of each parameter. Leaves the gradients
    /// of the parameters overwritten.
    /// </summary>
    /// <param name="module">
    /// The module, in the mode that is to be checked. Its Forward must always give the same result: no dropout.
    /// </param>
    /// <param name="x">Its input. As it was, afterwards.</param>
    /// <param name="seed">Of r.</param>
    /// <param name="step">h: less for what bends more, more for what rounds more.</param>
    /// <returns>The largest |difference − gradient| / (1 + |difference|).</returns>
    public static double Backward(Module module, Tensor x, ulong seed = 1, float step = 1f / 64)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(x);
        Tensor r = Random(module.Forward(x).Shape, seed, "r");
        double Loss() => Dot(module.Forward(x), r);
        module.ZeroGradients();
        module.Forward(x);
        Tensor dx = module.Backward(r).Clone();
        double worst = Compare(x, dx, Loss, step);
        foreach (Parameter parameter in module.Parameters)
        {
            worst = Math.Max(worst, Compare(parameter.Value, parameter.Gradient.Clone(), Loss, step));
        }

        return worst;
    }

    /// <summary>
    /// Checks <see cref="Module.DoubleBackward"/> with P = Σ q · dx, for random q and dy: ∂P/∂dy, and, after a Backward with dy = 0, ∂P/∂x
    /// and ∂P/∂θ of each parameter. Leaves the gradients of the parameters overwritten.
    /// </summary>
    /// <param name="module">The module, as for <see cref="Backward"/>.</param>
    /// <param name="x">Its input. As it was, afterwards.</param>
    /// <param name="seed">Of q and dy.</param>
    /// <param name="step">h, as for <see cref="Backward"/>.</param>
    /// <returns>The largest |difference − gradient| / (1 + |difference|).</returns>
    /// <exception cref="NotSupportedException">The module has no DoubleBackward.</exception>
    public static double DoubleBackward(Module module, Tensor x, ulong seed = 1, float step = 1f / 64)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(x);
        Tensor q = Random(x.Shape, seed, "q"), dy = Random(module.Forward(x).Shape, seed, "dy");
        double Penalty()
        {
            module.Forward(x);
            return Dot(module.Backward(dy, Gradients.Input), q);
        }

        Penalty();
        module.ZeroGradients();
        Tensor ddy = module.DoubleBackward(q).Clone();
        Tensor dx = module.HasCurvature ? module.Backward(new Tensor(dy.Shape)).Clone() : new Tensor(x.Shape);
        Tensor[] gradients = [.. module.Parameters.Select(parameter => parameter.Gradient.Clone())];
        double worst = Math.Max(Compare(dy, ddy, Penalty, step), Compare(x, dx, Penalty, step));
        for (int i = 0; i < gradients.Length; i++)
        {
            worst = Math.Max(worst, Compare(module.Parameters[i].Value, gradients[i], Penalty, step));
        }

        return worst;
    }

    private static double Compare(Tensor value, Tensor gradient, Func<double> function, float step)
    {
        double worst = 0;
        for (int i = 0; i < value.Span.Length; i++)
        {
            float at = value.Span[i];
            value.Span[i] = at + step;
            double above = function();
            value.Span[i] = at - step;
            double below = function();
            value.Span[i] = at;
            double difference = (above - below) / (2 * step);
            worst = Math.Max(worst, Math.Abs(difference - gradient.Span[i]) / (1 + Math.Abs(difference)));
        }

        return worst;
    }

    private static Tensor Random(Shape shape, ulong seed, string name)
    {
        var tensor = new Tensor(shape);
        new RandomSource(seed, $"gradient check, {name}").FillNormal(tensor.Span);
        return tensor;
    }

    private static double Dot(Tensor a, Tensor b)
    {
        double sum = 0;
        for (int i = 0; i < a.Span.Length; i++)
        {
            sum += (double)a.Span[i] * b.Span[i];
        }

        return sum;
    }
}
