using MiniGan.Evaluation;
using MiniGan.Samples.Evaluation;
using MiniGan.Samples.Generate;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary>The figures of <c>evaluate</c>, computed while a run trains: the same as that command tells of the checkpoint.</summary>
internal sealed class RunEvaluation
{
    private readonly Evaluator evaluator;
    private readonly int count;

    /// <summary>Measures the real images.</summary>
    /// <exception cref="UserException">The shipped classifier does not know these images.</exception>
    public RunEvaluation(DataFolder folder)
    {
        var data = EvaluationData.Load(folder);
        evaluator = EvaluateCommand.Measure(EvaluateCommand.LoadClassifier(null), data.Reference, folder);
        count = data.Yardstick.Count;
        RealDistance = evaluator.Evaluate(EvaluationData.InOrder(data.Yardstick), count).FrechetDistance;
    }

    /// <summary>The distance of real images from the real ones that samples are compared with: the best that can be hoped for.</summary>
    public double RealDistance { get; }

    /// <summary>The figures of the generator as it is now.</summary>
    public EvaluationReport Evaluate(GanModel model) => evaluator.Evaluate(new ImageSource(model, Seed: 1).Open(), count);
}
