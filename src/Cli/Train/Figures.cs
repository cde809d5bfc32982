using MiniGan.Cli.Common;
using MiniGan.Cli.Evaluate;
using MiniGan.Cli.Generate;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Runs;
using MiniGan.Runs.Folders;

namespace MiniGan.Cli.Train;

/// <summary>The figures of <c>evaluate</c>, computed while a run trains: the same as that command tells of the checkpoint.</summary>
internal static class Figures
{
    /// <summary>Measures the real images.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="training">Those that the run learns from.</param>
    /// <param name="settings">How they were made of what is there.</param>
    /// <param name="classifier">Its file; null for the one that ships, or random features where that does not know them.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <returns>Measures samples as often as it is called.</returns>
    /// <exception cref="UserException">There is no such file, or the classifier does not know these images.</exception>
    public static RunEvaluation Prepare(
        DataFolder folder, ImageDataset training, ImageSettings settings, string? classifier, CancellationToken cancelled)
    {
        var data = EvaluationData.Split(folder, training, Pictures.LoadTest(folder, settings, cancelled));
        var yardstick = Yardstick.For(classifier, random: false, data.Reference, folder);
        if (yardstick.Reason is string reason)
        {
            CommandLine.Print($"--evaluate-every compares pictures in random features, {reason}.");
        }

        var evaluator = new Evaluator(yardstick.Space, data.Reference);
        ImageDataset baseline = data.Baseline;
        return new RunEvaluation(
            gan =>
            {
                ImageSource samples = SampleSource.Of(gan, seed: 1, baseline);
                return evaluator.Evaluate(samples.Open(), baseline.Count, labels: samples.LabelsOf(baseline.Count));
            },
            evaluator.Evaluate(baseline.InOrder(), baseline.Count).FrechetDistance);
    }
}
