using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>y = x + f(x), He et al. 2016: a module of a user's own, made of others.</summary>
internal sealed class Residual(Module main) : Container(("main", main))
{
    private Tensor? reusedY, reusedDx, reusedDdy;

    public override Tensor Forward(Tensor x) => Sum(ForwardAt("Residual", main, x), x, ref reusedY);

    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        Tensor dx = main.Backward(dy, wanted);
        return (wanted & Gradients.Input) == 0 ? dx : Sum(dx, dy, ref reusedDx);
    }

    public override Tensor DoubleBackward(Tensor ddx) => Sum(main.DoubleBackward(ddx), ddx, ref reusedDdy);

    private Tensor Sum(Tensor a, Tensor b, ref Tensor? reused)
    {
        Tensor sum = Result(ref reused, a.Shape, a);
        for (int i = 0; i < sum.Shape.Count; i++)
        {
            sum.Span[i] = a.Span[i] + b.Span[i];
        }

        return sum;
    }
}
