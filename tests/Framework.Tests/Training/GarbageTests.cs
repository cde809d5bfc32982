using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>What a warm training step leaves to the garbage collector.</summary>
[Collection("alone")]
public sealed class GarbageTests
{
    public static TheoryData<GanPreset> Presets => [.. Enum.GetValues<GanPreset>()];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_warm_step_allocates_next_to_nothing(GanPreset preset)
    {
        var configuration = GanConfiguration.For(preset, preset == GanPreset.TfTutorial ? 64 : 8, batchSize: 4);
        int[] labels = configuration.Classes > 0 ? [1, 0, 9, 4] : [];
        var trainer = new GanTrainer(GanModel.Create(configuration), configuration);
        Tensor real = Values.Normal(new Shape(4, 1, 28, 28), "real");

        // A round of the game: one of G's steps and one with the penalty are in it.
        int round = Math.Max(configuration.DiscriminatorSteps, configuration.PenaltyInterval);
        Garbage.NoneWhenWarm(() =>
        {
            for (int i = 0; i < round; i++)
            {
                trainer.Step(real, labels);
            }
        });
    }
}
