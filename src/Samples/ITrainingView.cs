using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary>What the user sees while a run trains.</summary>
internal interface ITrainingView
{
    /// <summary>Runs the training and shows each step that it reports.</summary>
    /// <param name="steps">Steps to be taken.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="train">Trains; calls its argument after each step.</param>
    void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train);
}
