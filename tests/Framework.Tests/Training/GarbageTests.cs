using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Tensors;

namespace MiniGan.Tests.Training;

/// <summary>What a warm training step leaves to the garbage collector.</summary>
[Collection("alone")]
public sealed class GarbageTests
{
    public static TheoryData<Preset> Presets => [.. Enum.GetValues<Preset>()];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_warm_step_allocates_next_to_nothing(Preset preset)
    {
        var recipe = Recipe.For(preset, preset == Preset.TfTutorial ? 64 : 8, batchSize: 4);
        int[] labels = recipe.Classes > 0 ? [1, 0, 9, 4] : [];
        var trainer = recipe.Build();
        Tensor real = Values.Normal(new Shape(4, 1, 28, 28), "real");

        // A round of the game: one of G's steps and one with the penalty are in it.
        int round = Math.Max(recipe.DiscriminatorSteps, recipe.PenaltyInterval);
        Garbage.NoneWhenWarm(() =>
        {
            for (int i = 0; i < round; i++)
            {
                trainer.Step(new Batch(real, labels));
            }
        });
    }
}
