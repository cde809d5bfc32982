using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>What a warm training step leaves to the garbage collector.</summary>
[Collection("alone")]
public sealed class GarbageTests
{
    [Theory]
    [InlineData(GanPreset.Dcgan, 8)]
    [InlineData(GanPreset.TfTutorial, 64)]
    public void A_warm_step_allocates_next_to_nothing(GanPreset preset, int width)
    {
        const int steps = 5;
        var configuration = new GanConfiguration(preset, width, latentSize: 10, batchSize: 4, learningRate: 1e-3, beta1: 0.5, seed: 1);
        var trainer = new GanTrainer(GanModel.Create(configuration), configuration);
        Tensor real = Values.Normal(new Shape(4, 1, 28, 28), "real");
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(real);
        }

        // Of all threads, the kernels' own ones, too; the best of some steps, since a thread that comes to a loop for the first time makes its working memory.
        long least = long.MaxValue;
        for (int i = 0; i < steps; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            trainer.Step(real);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.InRange(least, 0, 255);
    }
}
