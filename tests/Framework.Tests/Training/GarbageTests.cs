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
    public void A_warm_step_allocates_less_than_a_kilobyte(GanPreset preset, int width)
    {
        const int steps = 5;
        var configuration = new GanConfiguration(preset, width, latentSize: 10, batchSize: 4, learningRate: 1e-3, beta1: 0.5, seed: 1);
        var trainer = new GanTrainer(GanModel.Create(configuration), configuration);
        Tensor real = Values.Normal(new Shape(4, 1, 28, 28), "real");
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(real);
        }

        // Of all threads: the kernels' own ones, too.
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < steps; i++)
        {
            trainer.Step(real);
        }

        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / steps, 0, 1023);
    }
}
