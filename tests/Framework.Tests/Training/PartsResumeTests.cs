using MiniGan.Losses;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>Resumption with parts that no recipe has.</summary>
public sealed class PartsResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Seven steps at once, or some, a checkpoint, another trainer's rest: the same bytes and reports, in the warm-up and behind it, and
    /// between steps of lazy penalties.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Training_goes_on_to_the_last_bit(int at)
    {
        GanTrainer whole = Trainer(), first = Trainer(), second = Trainer();
        double[] penalties = Run(whole, 0, 7);
        Run(first, 0, at);
        first.Save(folder["first"]);
        second.Load(folder["first"]);
        Assert.Equal(penalties[at..], Run(second, at, 7));
        whole.Save(folder["whole"]);
        second.Save(folder["second"]);
        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["second"]));
        Assert.Contains(
            "discriminator_optimizer.0.second_moment", GanCheckpoint.Open(folder["first"]).ReadTrainer().Tensors.Select(t => t.Name));
    }

    [Fact]
    public void Settings_tell_what_a_schedule_is_made_of()
    {
        IReadOnlyDictionary<string, string> settings = Trainer().Settings;
        Assert.Equal("WarmUp, steps 2, then (CosineDecay, final factor 0.1, steps 4)", settings["schedule"]);
        Assert.Equal("AdamW, learning rate 0.01, beta1 0.5, beta2 0.9, epsilon 1E-08, weight decay 0.3", settings["generatorOptimizer"]);
        Assert.Equal("WarmUp, steps 3, then none", SettingsText.Of(new WarmUp(3)));
        Assert.Equal(
            "WarmUp, steps 1, then (WarmUp, steps 2, then (StepDecay, factor 0.5, interval 9))",
            SettingsText.Of(new WarmUp(1, new WarmUp(2, new StepDecay(9, 0.5)))));
        Assert.Equal(
            "Both, first (HingeLoss), penalty (R2Penalty, interval 1, point Generated, weight 2)",
            SettingsText.Of(new Both(new HingeLoss(), new R2Penalty(2))));
    }

    private static GanTrainer Trainer() => new(
        ColourGan.Make(dropout: true), new HingeLoss(), Optimizer(), Optimizer(), seed: 9)
    {
        Penalties = [new R1Penalty(1, interval: 2), new R2Penalty(1, interval: 3), new DraganPenalty(2), new WganGpPenalty(1)],
        MaxGradientNorm = 0.5,
        Average = 0.5,
        Schedule = new WarmUp(2, new CosineDecay(4, 0.1)),
    };

    private static AdamW Optimizer() => new(0.01, 0.5, 0.9, weightDecay: 0.3);

    private static double[] Run(GanTrainer trainer, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Select(step => trainer.Step(Values.Normal(new Shape(4, 3, 4, 6), $"{step}")).Penalty)];

    private sealed class Both(AdversarialLoss first, GradientPenalty penalty)
    {
        public AdversarialLoss First { get; } = first;

        public GradientPenalty Penalty { get; } = penalty;

        public Tensor NoSetting { get; } = new(new Shape(1));
    }
}
