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
        const int steps = 8;
        var configuration = GanConfiguration.For(preset, preset == GanPreset.TfTutorial ? 64 : 8, batchSize: 4);
        int[] labels = configuration.Classes > 0 ? [1, 0, 9, 4] : [];
        var trainer = new GanTrainer(GanModel.Create(configuration), configuration);
        Tensor real = Values.Normal(new Shape(4, 1, 28, 28), "real");
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(real, labels);
        }

        // Of all threads, the kernels' own ones, too; the best of some steps, since a thread that comes to a loop for the first time makes its working memory.
        long least = long.MaxValue;
        for (int i = 0; i < steps; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            trainer.Step(real, labels);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.InRange(least, 0, 255);
    }
}
