using MiniGan.Evaluation;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs.Views;

/// <summary>Shows nothing.</summary>
internal sealed class SilentView : ITrainingView
{
    public void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train) => train(_ => { });

    public void ShowSamples(long step, Tensor images)
    {
    }

    public void ShowEvaluation(long step, EvaluationReport report)
    {
    }
}
