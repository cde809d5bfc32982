using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.TorchSharp.Networks;
using TorchParameter = global::TorchSharp.Modules.Parameter;

namespace MiniGan.TorchSharp.Training;

/// <summary>An optimiser that nobody has translated: it runs as its author wrote it, on copies of the parameters and gradients.</summary>
/// <param name="ours">The optimiser.</param>
/// <param name="network">What it moves.</param>
internal sealed class ManagedOptimizer(Optimizer ours, TorchNetwork network) : TorchOptimizer
{
    public override void Step()
    {
        foreach ((Parameter own, TorchParameter theirs) in network.Parameters)
        {
            theirs.CopyTo(own.Value);
            theirs.grad!.CopyTo(own.Gradient);
        }

        ours.Step();
        foreach ((Parameter own, TorchParameter theirs) in network.Parameters)
        {
            own.Value.CopyTo(theirs);
        }
    }

    public override void Read()
    {
    }

    public override void Write()
    {
    }

    public override void Dispose()
    {
    }
}
