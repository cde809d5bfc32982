using MiniGan.Data;
using MiniGan.Kernels;
using MiniGan.Recipes;
using MiniGan.Tensors;

namespace MiniGan.Tests.Training;

/// <summary>Alone, since the threads are shared among one caller's loops at a time: beside other tests the loops might never be.</summary>
[Collection("alone")]
public sealed class DeterminismTests
{
    public static TheoryData<Preset> Presets => [.. Enum.GetValues<Preset>()];

    [Theory]
    [MemberData(nameof(Presets))]
    public void The_same_seed_gives_the_same_bits_for_any_number_of_threads(Preset preset)
    {
        int width = preset == Preset.TfTutorial ? 64 : 9;
        int before = Parallelism.Threads;
        try
        {
            float[][] results = [.. new[] { 1, 2, 3, 2 }.Select(threads =>
            {
                Parallelism.Threads = threads;
                return Train(preset, width, seed: 5);
            })];
            Assert.All(results[1..], result => Assert.Equal(results[0], result));
            Assert.NotEqual(results[0], Train(preset, width, seed: 6));
        }
        finally
        {
            Parallelism.Threads = before;
        }
    }

    [Fact]
    public void Two_runs_at_once_give_the_bits_of_each_alone()
    {
        float[][] alone = [Train(Preset.Dcgan, 5, seed: 1), Train(Preset.Dcgan, 9, seed: 2)], together = new float[2][];
        Thread[] threads =
            [new(() => together[0] = Train(Preset.Dcgan, 5, seed: 1)), new(() => together[1] = Train(Preset.Dcgan, 9, seed: 2))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(alone, together);
    }

    private static float[] Train(Preset preset, int width, ulong seed)
    {
        var recipe = Recipe.For(preset, width, batchSize: 5, seed: seed);
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        var batches = new ShuffledBatches(Strokes.Make(20), 5, new RandomSource(seed, "order"));
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(batches.Next());
        }

        return [.. gan.Generator.State.Concat(gan.Discriminator.State).SelectMany(item => item.Value.ToRowMajor())];
    }
}
