using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;
using Module = MiniGan.Modules.Module;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Engine;

/// <summary>Games for both engines: every recipe, small, and every part that no recipe has.</summary>
internal static class Games
{
    private static readonly ImageShape Odd = new(3, 11, 9);

    /// <summary>Makes a trainer; how many images in a batch.</summary>
    public static IReadOnlyDictionary<string, (Func<GanTrainer> Make, int Batch)> All { get; } =
        new Dictionary<string, (Func<GanTrainer>, int)>
        {
            ["dcgan"] = Of(Preset.Dcgan),
            ["dcgan, odd and in colour"] = Of(Preset.Dcgan, recipe => recipe with
            {
                Image = Odd,
                Augment = Augmentations.Color | Augmentations.Translation | Augmentations.Cutout,
            }),
            ["dcgan, packed"] = Of(Preset.Dcgan, recipe => recipe with { Packing = 2 }),
            ["tf-tutorial"] = Of(Preset.TfTutorial, recipe => recipe with { Image = new(1, 9, 8) }),
            ["lsgan"] = Of(Preset.Lsgan, recipe => recipe with { DecaySteps = 5, DiscriminatorLearningRate = 1e-3 }),
            ["wgan-gp"] = Of(Preset.WganGp, recipe => recipe with { DiscriminatorSteps = 2 }),
            ["wgan-gp, packed"] = Of(Preset.WganGp, recipe => recipe with { Packing = 2, Image = Odd, DiscriminatorSteps = 1 }),
            ["sngan"] = Of(Preset.Sngan),
            ["sngan, nearest"] = Of(Preset.Sngan, recipe => recipe with { Image = Odd, Upsampling = UpsamplingKind.Nearest }),
            ["r1"] = Of(Preset.R1, recipe => recipe with { PenaltyInterval = 2, RealTarget = 0.9 }),
            ["conditional"] = Of(Preset.Conditional),
            ["conditional, RMSProp"] = Of(Preset.Conditional, recipe => recipe with { Optimizer = OptimizerKind.RmsProp, Image = Odd }),
            ["conditional, labels at each norm"] = Of(Preset.Conditional, recipe => recipe with
            {
                Image = Odd,
                Upsampling = UpsamplingKind.Nearest,
                ConditionalNormalization = true,
            }),
            ["residual"] = Of(Preset.Residual, recipe => recipe with { Image = new(3, 10, 13) }),
            ["residual, conditional"] = Of(Preset.Residual, recipe => recipe with { Classes = 10, Image = new(1, 8, 8) }),
            ["SGD"] = Of(Preset.R1, recipe => recipe with { Optimizer = OptimizerKind.Sgd, Beta1 = 0 }),
            ["SGD with momentum"] = Of(Preset.Dcgan, recipe => recipe with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.01 }),
            ["relativistic, R1 and R2, clipped, AdamW"] = (
                () => new GanTrainer(Plain(), new RelativisticAverageLoss(new NonSaturatingLoss()), new AdamW(1e-3), new AdamW(2e-3))
                {
                    Penalties = [new R1Penalty(1), new R2Penalty(2, interval: 2)],
                    MaxGradientNorm = 0.02,
                    Average = 0.9,
                    Schedule = new WarmUp(2, new CosineDecay(9, 0.1)),
                }, 4),
            ["relativistic, with spectral norm and dropout"] = (
                () => new GanTrainer(Spectral(), new RelativisticAverageLoss(new LeastSquaresLoss()), new Adam(1e-3), new Adam(1e-3)), 4),
            ["auxiliary classifier, DRAGAN"] = (
                () => new GanTrainer(
                    Plain(outputs: 4, classes: 3), new AuxiliaryClassifierLoss(new HingeLoss(), 3, 0.5), new Adam(1e-3), new Adam(1e-3))
                {
                    Penalty = new DraganPenalty(2),
                    DiscriminatorSteps = 2,
                }, 4),
            ["relativistic auxiliary classifier"] = (
                () => new GanTrainer(
                    Plain(outputs: 4, classes: 3), new AuxiliaryClassifierLoss(new RelativisticAverageLoss(new HingeLoss()), 3),
                    new Adam(1e-3), new Adam(1e-3)), 4),
            ["own loss, penalty and optimiser"] = (
                () => new GanTrainer(Plain(), new OwnLoss(), new OwnOptimizer(), new OwnOptimizer()) { Penalty = new OwnPenalty() }, 4),
            ["own loss, relativistic"] = (
                () => new GanTrainer(Plain(), new RelativisticAverageLoss(new OwnLoss()), new Adam(1e-3), new Adam(1e-3)), 4),
        };

    /// <summary>The same images each time.</summary>
    public static IEnumerable<Batch> Batches(GanTrainer trainer, int size, ulong seed = 1)
    {
        RandomSource random = new(seed, "images");
        while (true)
        {
            Tensor images = new(trainer.Gan.ImageShape.Batch(size));
            random.FillUniform(images.Span, -1, 1);
            int[] labels = new int[trainer.Gan.Classes == 0 ? 0 : size];
            for (int i = 0; i < labels.Length; i++)
            {
                labels[i] = random.NextInt(trainer.Gan.Classes);
            }

            yield return new Batch(images, labels);
        }
    }

    private static (Func<GanTrainer> Make, int Batch) Of(Preset preset, Func<Recipe, Recipe>? change = null)
    {
        Recipe recipe = Recipe.For(preset, width: preset == Preset.TfTutorial ? null : 4, batchSize: 6) with { LatentSize = 7 };
        recipe = change?.Invoke(recipe) ?? recipe;
        return (() => recipe.Build(), recipe.BatchSize);
    }

    /// <summary>Smooth, with attention and a deviation over the batch.</summary>
    private static Gan Plain(int outputs = 1, int classes = 0)
    {
        RandomSource.Default = new RandomSource(1, "weights");
        Sequential generator =
        [
            .. classes > 0 ? [new ConcatOneHot(classes)] : Array.Empty<Module>(), new Linear(5 + classes, 8 * 12), new Reshape(8, 3, 4),
            new BatchNorm2D(8, momentum: null), new SiLU(), new PixelShuffle(2), new Conv2D(2, 3, 3, padding: 1), new Tanh(),
        ];
        Sequential discriminator =
        [
            new Conv2D(3, 8, 3, padding: 1), new GroupNorm(2, 8), new GELU(), new SelfAttention2D(8), new AvgPool2D(2), new PReLU(8),
            new Conv2D(8, 4, 2), new LayerNorm(4, 2, 3), new Flatten(), new Linear(24, outputs),
        ];
        foreach (Parameter parameter in discriminator.Parameters.Where(parameter => parameter.Name == "gamma"))
        {
            parameter.Value.Span.Fill(0.5f);
        }

        return new Gan(generator, discriminator, latentSize: 5, classes);
    }

    private static Gan Spectral()
    {
        RandomSource.Default = new RandomSource(1, "weights");
        RandomSource Stream(string name) => new(1, name);
        Sequential generator =
        [
            new Linear(5, 48), new Reshape(4, 3, 4), new SpectralNorm(new ConvTranspose2D(4, 3, 4, 2, 1), Stream("u")),
            new InstanceNorm2D(3), new ELU(), new PixelNorm(), new Conv2D(3, 3, 1), new Sigmoid(),
        ];
        Sequential discriminator =
        [
            new SpectralNorm(new Conv2D(3, 4, 3, padding: 1), Stream("v")), new LeakyReLU(0.2f), new Dropout2D(0.2, Stream("d")),
            new MaxPool2D(2), new MinibatchStdDev(2), new Dropout(0.2, Stream("e")), new Softplus(), new Flatten(),
            new SpectralNorm(new Linear(60, 1), Stream("w")),
        ];
        return new Gan(generator, discriminator, latentSize: 5);
    }

    private sealed class OwnLoss : PointwiseLoss
    {
        protected override (double Loss, double Slope) OnReal(float z) => (Math.Exp(-z), -Math.Exp(-z));

        protected override (double Loss, double Slope) OnFake(float z) => (Math.Exp(z), Math.Exp(z));

        protected override (double Loss, double Slope) OnGenerated(float z) => (-z, -1);
    }

    private sealed class OwnPenalty() : GradientPenalty(2, 2)
    {
        public override PenaltyPoint Point => PenaltyPoint.Generated;

        protected override (double Value, double Factor) Of(double norm) => (norm * norm * norm, 3 * norm);
    }

    /// <summary>Moves by the sign of the mean gradient (Bernstein et al. 2018, signSGD with momentum), softened.</summary>
    private sealed class OwnOptimizer() : Optimizer(1e-3, "mean")
    {
        protected override void Update(Chunk chunk)
        {
            for (int i = 0; i < chunk.Length; i++)
            {
                float mean = chunk.State(0)[i] = (0.5f * chunk.State(0)[i]) + (0.5f * chunk.Gradient[i]);
                chunk.Value[i] -= (float)LearningRate * MathF.Tanh(mean * 100);
            }
        }
    }
}
