using System.Globalization;
using MiniGan.Training;

namespace MiniGan.Runs.Logs;

/// <summary>Means over some steps: single steps jump too much to be read.</summary>
internal sealed class StepMeans
{
    private double discriminatorLoss, generatorLoss, realScore, fakeScore, secondsPerImage;
    private int count;

    /// <summary>Whether there was a step: there is no mean of none.</summary>
    public bool Any => count > 0;

    /// <summary>D's mean loss.</summary>
    public double DiscriminatorLoss => discriminatorLoss / count;

    /// <summary>G's mean loss.</summary>
    public double GeneratorLoss => generatorLoss / count;

    /// <summary>What D says of real images.</summary>
    public double RealScore => realScore / count;

    /// <summary>What D says of generated ones.</summary>
    public double FakeScore => fakeScore / count;

    /// <summary>Images per second over all of them.</summary>
    public double ImagesPerSecond => count / secondsPerImage;

    /// <summary>Takes a step in.</summary>
    public void Add(StepReport report)
    {
        count++;
        discriminatorLoss += report.DiscriminatorLoss;
        generatorLoss += report.GeneratorLoss;
        realScore += report.RealScore;
        fakeScore += report.FakeScore;
        secondsPerImage += 1 / report.ImagesPerSecond;
    }

    /// <summary>Losses and scores in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"loss D {DiscriminatorLoss:F3} G {GeneratorLoss:F3}  D(x) {RealScore:F2} D(G(z)) {FakeScore:F2}");
}
