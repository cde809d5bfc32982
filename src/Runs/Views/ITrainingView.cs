using MiniGan.Evaluation;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs.Views;

/// <summary>What the user sees while a run trains.</summary>
internal interface ITrainingView
{
    /// <summary>Runs the training and shows each step that it reports.</summary>
    /// <param name="steps">Steps to be taken.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch; 0 if there are none.</param>
    /// <param name="train">Trains; calls its argument after each step.</param>
    void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train);

    /// <summary>Shows samples that were written.</summary>
    /// <param name="step">Steps taken so far.</param>
    /// <param name="images">The samples: [N, C, H, W] in [−1, 1].</param>
    void ShowSamples(long step, Tensor images);

    /// <summary>Shows how good samples were found to be.</summary>
    /// <param name="step">Steps taken so far.</param>
    /// <param name="report">The figures.</param>
    void ShowEvaluation(long step, EvaluationReport report);
}
