using System.Diagnostics;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Cli.Bench;

/// <summary>A module with a clock around each of its passes; of a layer by itself, dW and dx are told apart.</summary>
internal sealed class TimedModule(Module module, Action<string, TimeSpan> tell) : Container(("timed", module))
{
    public override Tensor Forward(Tensor x) => Time("forward", () => module.Forward(x));

    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        // One after the other, though a layer computes both in one call, to tell them apart.
        if (module is WeightedModule && (wanted & Gradients.Parameters) != 0)
        {
            Tensor noGradient = Time("dW", () => module.Backward(dy, Gradients.Parameters));
            return (wanted & Gradients.Input) == 0 ? noGradient : Time("dx", () => module.Backward(dy, Gradients.Input));
        }

        return Time("dx", () => module.Backward(dy, wanted));
    }

    public override Tensor DoubleBackward(Tensor ddx) => Time("double", () => module.DoubleBackward(ddx));

    private Tensor Time(string pass, Func<Tensor> compute)
    {
        long start = Stopwatch.GetTimestamp();
        Tensor result = compute();
        tell(pass, Stopwatch.GetElapsedTime(start));
        return result;
    }
}
