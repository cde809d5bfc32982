using MiniGan.Optimizers;
using MiniGan.TorchSharp.Networks;
using Adam = global::TorchSharp.Modules.Adam;
using AdamW = global::TorchSharp.Modules.AdamW;
using RmsProp = global::TorchSharp.Modules.RMSProp;
using Sgd = global::TorchSharp.Modules.SGD;
using TorchParameter = global::TorchSharp.Modules.Parameter;

namespace MiniGan.TorchSharp.Training;

/// <summary>An optimiser of this library that moves a network of TorchSharp.</summary>
internal abstract class TorchOptimizer : IDisposable
{
    /// <summary>One step from the gradients as they are.</summary>
    public abstract void Step();

    /// <summary>Goes on from the moments and the steps of this library's optimiser.</summary>
    public abstract void Read();

    /// <summary>Hands its moments to this library's optimiser.</summary>
    public abstract void Write();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>By PyTorch's own optimiser; what nobody has translated runs as its author wrote it.</summary>
    /// <param name="ours">The optimiser.</param>
    /// <param name="network">What it moves.</param>
    public static TorchOptimizer Of(Optimizer ours, TorchNetwork network)
    {
        TorchParameter[] parameters = [.. network.Parameters.Select(parameter => parameter.Theirs)];
        double rate = ours.LearningRate;
        return ours switch
        {
            Optimizers.AdamW adam => new BuiltInOptimizer(
                ours, torch.optim.AdamW(parameters, rate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
                state => [((AdamW.State)state).exp_avg, ((AdamW.State)state).exp_avg_sq],
                (state, steps) => ((AdamW.State)state).step = steps),
            Optimizers.Adam adam when ours.GetType() == typeof(Optimizers.Adam) => new BuiltInOptimizer(
                ours, torch.optim.Adam(parameters, rate, adam.Beta1, adam.Beta2, adam.Epsilon),
                state => [((Adam.State)state).exp_avg, ((Adam.State)state).exp_avg_sq],
                (state, steps) => ((Adam.State)state).step = steps),
            Optimizers.RmsProp property => new BuiltInOptimizer(
                ours, torch.optim.RMSProp(parameters, rate, property.Alpha, property.Epsilon),
                state => [((RmsProp.State)state).square_avg],
                (state, steps) => ((RmsProp.State)state).step = steps),
            Optimizers.Sgd { Momentum: 0 } => new BuiltInOptimizer(
                ours, torch.optim.SGD(parameters, rate), _ => [], (_, _) => { }),
            Optimizers.Sgd momentum => new BuiltInOptimizer(
                ours, WithVelocities(torch.optim.SGD(parameters, rate, momentum.Momentum), parameters),
                state => [((Sgd.State)state).momentum_buffer],
                (_, _) => { }),
            _ => new ManagedOptimizer(ours, network),
        };
    }

    /// <summary>PyTorch's has no velocities before its first step, which is that from velocities of 0.</summary>
    private static Sgd WithVelocities(Sgd optimizer, TorchParameter[] parameters)
    {
        using var _ = torch.no_grad();
        foreach ((TorchParameter parameter, object state) in parameters.Zip(optimizer.state_dict().State))
        {
            ((Sgd.State)state).momentum_buffer = torch.zeros_like(parameter).DetachFromDisposeScope();
        }

        return optimizer;
    }
}
