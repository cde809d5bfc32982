using System.Globalization;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary>Means over some steps: single steps jump too much to be read.</summary>
internal sealed class StepMeans
{
    private double discriminatorLoss, generatorLoss, realScore, fakeScore, secondsPerImage;
    private int count;

    /// <summary>Images a second over all of them.</summary>
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
        $"loss D {discriminatorLoss / count:F3} G {generatorLoss / count:F3}  D(x) {realScore / count:F2} D(G(z)) {fakeScore / count:F2}");
}
