using global::TorchSharp.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Networks;

namespace MiniGan.TorchSharp.Training;

/// <summary>PyTorch's optimiser in the place of this library's; the learning rate and the count of steps are the latter's.</summary>
/// <param name="ours">This library's.</param>
/// <param name="theirs">PyTorch's.</param>
/// <param name="moments">What it remembers of a parameter, in the order of this library's state.</param>
/// <param name="setSteps">Sets the steps of a parameter.</param>
internal sealed class BuiltInOptimizer(
    Optimizer ours, OptimizerHelper theirs, Func<OptimizerState, TorchTensor[]> moments, Action<OptimizerState, long> setSteps)
    : TorchOptimizer
{
    public override void Step()
    {
        foreach (ParamGroup group in theirs.ParamGroups)
        {
            group.LearningRate = ours.LearningRate;
        }

        ours.Steps++;
        theirs.step();
    }

    public override void Read()
    {
        foreach (OptimizerState state in States)
        {
            setSteps(state, ours.Steps);
        }

        foreach ((TorchTensor moment, Tensor own) in Moments)
        {
            own.CopyTo(moment);
        }
    }

    public override void Write()
    {
        foreach ((TorchTensor moment, Tensor own) in Moments)
        {
            moment.CopyTo(own);
        }
    }

    public override void Dispose() => theirs.Dispose();

    private IEnumerable<OptimizerState> States => theirs.state_dict().State;

    private IEnumerable<(TorchTensor Moment, Tensor Own)> Moments =>
        States.SelectMany(moments).Zip(ours.State.Select(item => item.Value));
}
