using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>
/// Finite differences: with L = Σ r · f(x), each gradient is compared with (L(+h) − L(−h)) / 2h. h is large, since float32 leaves little of
/// a small difference; the error of a central difference falls with h², and is none at all for what is linear.
/// </summary>
internal static class GradientCheck
{
    private const float Step = 1f / 64;

    public static void Check(Module module, Tensor x, double tolerance = 2e-3)
    {
        Tensor r = Values.Normal(module.Forward(x).Shape, "r");
        double Loss()
        {
            return Values.Dot(module.Forward(x), r);
        }

        module.ZeroGradients();
        module.Forward(x);
        Tensor dx = module.Backward(r).Clone();
        Assert.Equal(x.Shape, dx.Shape);
        CheckOne("x", x, dx, Loss, tolerance);
        foreach (Parameter parameter in module.Parameters)
        {
            CheckOne(parameter.Name, parameter.Value, parameter.Gradient.Clone(), Loss, tolerance);
        }

        // Parameters only: no dx, gradients added to those that were there; input only: the same dx, no gradients touched.
        float[][] once = [.. module.Parameters.Select(parameter => parameter.Gradient.ToRowMajor())];
        module.Forward(x);
        Assert.Equal(Module.NoGradient.Shape, module.Backward(r, Gradients.Parameters).Shape);
        float[][] twice = [.. module.Parameters.Select(parameter => parameter.Gradient.ToRowMajor())];
        for (int i = 0; i < once.Length; i++)
        {
            Assert.All(once[i].Zip(twice[i]), pair => Assert.Equal(2 * pair.First, pair.Second, 1e-3f * (1 + Math.Abs(pair.Second))));
        }

        Assert.Equal(dx.ToRowMajor(), module.Backward(r, Gradients.Input).ToRowMajor());
        Assert.Equal(twice, module.Parameters.Select(parameter => parameter.Gradient.ToRowMajor()));
        Assert.Equal(Module.NoGradient.Shape, module.Backward(r, Gradients.None).Shape);
    }

    /// <summary>Compares a gradient with finite differences of the loss by each element of the value.</summary>
    public static void CheckOne(string name, Tensor value, Tensor gradient, Func<double> loss, double tolerance, float step = Step)
    {
        for (int i = 0; i < value.Span.Length; i++)
        {
            float before = value.Span[i];
            value.Span[i] = before + step;
            double above = loss();
            value.Span[i] = before - step;
            double below = loss();
            value.Span[i] = before;
            double expected = (above - below) / (2 * step), actual = gradient.Span[i];
            Assert.True(
                Math.Abs(expected - actual) <= tolerance * (1 + Math.Abs(expected)),
                $"{name}[{i}]: finite difference {expected}, gradient {actual}");
        }
    }
}
