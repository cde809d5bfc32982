using MiniGan.Cli.Evaluation;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Training;

namespace MiniGan.Cli;

/// <summary>The figures of <c>evaluate</c>, computed while a run trains: the same as that command tells of the checkpoint.</summary>
internal sealed class RunEvaluation
{
    private readonly Evaluator evaluator;
    private readonly ImageDataset yardstick;

    /// <summary>Measures the real images.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="classifier">The file of the classifier; null for the one that ships.</param>
    /// <exception cref="UserException">There is no such file, or the classifier does not know these images.</exception>
    public RunEvaluation(DataFolder folder, string? classifier)
    {
        var data = EvaluationData.Load(folder);
        evaluator = EvaluateCommand.Measure(EvaluateCommand.LoadClassifier(classifier), data.Reference, folder);
        yardstick = data.Yardstick;
        RealDistance = evaluator.Evaluate(EvaluationData.InOrder(yardstick), yardstick.Count).FrechetDistance;
    }

    /// <summary>The distance of real images from the real ones that samples are compared with: the best that can be hoped for.</summary>
    public double RealDistance { get; }

    /// <summary>The figures of the generator as it is now.</summary>
    public EvaluationReport Evaluate(Gan model) => evaluator.Evaluate(SampleSource.Of(model, seed: 1, yardstick).Open(), yardstick.Count);
}
