using MiniGan.Cli.Common;
using MiniGan.Cli.Evaluate;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Runs;

namespace MiniGan.Cli.Train;

/// <summary>The figures of <c>evaluate</c>, computed while a run trains: the same as that command tells of the checkpoint.</summary>
internal static class Figures
{
    /// <summary>Measures the real images.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="classifier">The file of the classifier; null for the one that ships.</param>
    /// <returns>Measures samples as often as it is called.</returns>
    /// <exception cref="UserException">There is no such file, or the classifier does not know these images.</exception>
    public static RunEvaluation Prepare(DataFolder folder, string? classifier)
    {
        var data = EvaluationData.Load(folder);
        Evaluator evaluator = EvaluateCommand.Measure(EvaluateCommand.LoadClassifier(classifier), data.Reference, folder);
        ImageDataset baseline = data.Baseline;
        return new RunEvaluation(
            gan => evaluator.Evaluate(SampleSource.Of(gan, seed: 1, baseline).Open(), baseline.Count),
            evaluator.Evaluate(EvaluationData.InOrder(baseline), baseline.Count).FrechetDistance);
    }
}
