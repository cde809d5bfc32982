using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

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

    [Fact]
    public void Other_parts_of_a_trainer_allocate_next_to_nothing_either()
    {
        GanTrainer trainer = new(ColourGan.Make(), new HingeLoss(), new AdamW(), new AdamW())
        {
            Penalties = [new R1Penalty(1), new R2Penalty(1), new DraganPenalty()],
            MaxGradientNorm = 1e-3,
            Schedule = new WarmUp(2, new CosineDecay(5, 0.1)),
        };
        Tensor real = Values.Normal(new Shape(4, 3, 4, 6), "real");
        Garbage.NoneWhenWarm(() => trainer.Step(real));
    }

    /// <summary>Wide enough for fewer products.</summary>
    [Fact]
    public void Wide_layers_allocate_nothing_either()
    {
        Sequential network = [new Conv2D(32, 40, 4, 2, 1), new ConvTranspose2D(40, 32, 4, 2, 1), new Conv2D(32, 32, 3, padding: 1)];
        Tensor x = Values.Normal(new Shape(3, 32, 6, 8), "x"), dy = Values.Normal(new Shape(3, 32, 6, 8), "dy");
        Garbage.NoneWhenWarm(() =>
        {
            network.Forward(x);
            network.Backward(dy);
        });
    }

    /// <summary>Those that no recipe has.</summary>
    [Fact]
    public void Other_layers_allocate_nothing_either()
    {
        Sequential network =
        [
            new Conv2D(2, 8, 3, padding: 1), new MaxPool2D(2), new Residual(new Conv2D(8, 8, 3, padding: 1)), new Upsample2D(2),
            new Concat(new LeakyReLU(0.2f), new Conv2D(8, 4, 1)), new AvgPool2D(2), new Upsample2D(2, UpsampleMode.Bilinear),
            new PixelShuffle(2), new Conv2D(3, 4, 3), new GlobalAvgPool2D(), new Linear(4, 1),
        ];
        Tensor x = Values.Normal(new Shape(3, 2, 8, 12), "x"), dy = Values.Normal(new Shape(3, 1), "dy");
        Garbage.NoneWhenWarm(() =>
        {
            network.Forward(x);
            network.DoubleBackward(network.Backward(dy));
        });

        var logit = new ProjectionLogit(6, 3, spectralNorm: true);
        var embedding = new Embedding(3, 2);
        Sequential smooth =
        [
            new Conv2D(2, 4, 3), new GroupNorm(2, 4), new ELU(), new InstanceNorm2D(4), new Softplus(), new PixelNorm(), new SiLU(),
            new LayerNorm(4, 6, 10), new GELU(), new PReLU(4), new GlobalAvgPool2D(), new Concat(Lambda.Identity(), embedding), logit,
        ];
        Garbage.NoneWhenWarm(() =>
        {
            ((IClassConditional)logit.Children[1].Children[0]).SetLabels([0, 1, 2]);
            embedding.SetLabels([0, 1, 2]);
            smooth.Forward(x);
            smooth.DoubleBackward(smooth.Backward(dy));
            smooth.Backward(dy);
        });

        var conditional = new ConditionalBatchNorm2D(2, 3);
        ((Embedding)conditional.Children[1]).SetLabels([0, 1, 2]);
        Garbage.NoneWhenWarm(() => conditional.Backward(conditional.Forward(x)));

        Sequential attentive =
        [
            new SelfAttention2D(2, spectralNorm: true), new Dropout2D(0.1), new MinibatchStdDev(3), new Softmax(), new Conv2D(3, 1, 8),
        ];
        Garbage.NoneWhenWarm(() =>
        {
            dy = attentive.Forward(x);
            attentive.DoubleBackward(attentive.Backward(dy));
            attentive.Backward(dy);
        });
    }
}
