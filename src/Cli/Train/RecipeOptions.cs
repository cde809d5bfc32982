using System.CommandLine;
using System.CommandLine.Parsing;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Recipes;

namespace MiniGan.Cli.Train;

/// <summary>The options of <c>train</c> that say which networks play which game: a preset, and what is to be otherwise.</summary>
internal static class RecipeOptions
{
    private const string OfPreset = "[default: the preset's]";

    /// <summary>The recipe.</summary>
    public static readonly Option<Preset?> Preset = CommandLine.Choice<Preset>(
        "--preset",
        "A known recipe: networks, game and settings; docs/results.md shows them all. " +
        "[default: conditional; r1 for images without labels]");

    private static readonly Option<int?> Width = CommandLine.InRange(
        "--width", "Feature maps next to the image; more is slower and better. [default: 32; residual 16; tf-tutorial always 64]", 1, 1024);

    private static readonly Option<int?> LatentSize = CommandLine.InRange(
        "--latent-size", $"Values in a latent vector. {OfPreset}", 1, 4096);

    private static readonly Option<int?> Batch = CommandLine.InRange(
        "--batch", "Images in a batch. [default: the preset's, 32 to 256, or all images if they are fewer]", 1, 65536);

    private static readonly Option<bool> Conditional = new("--conditional")
    {
        Description = "Learn the labels, too, so that generate can make a given digit; the preset conditional does anyway.",
    };

    private static readonly Option<LossKind?> Loss = CommandLine.Choice<LossKind>("--loss", $"What both networks minimise. {OfPreset}");

    private static readonly Option<double?> RealTarget = CommandLine.InRange(
        "--real-target",
        "The probability that D is to give real images, for one-sided label smoothing: 0.9, for example. [default: 1]", 1e-6, 1.0);

    private static readonly Option<PenaltyKind?> Penalty = CommandLine.Choice<PenaltyKind>(
        "--penalty", $"A penalty on the slope of D: at real images (r1), or between real and generated ones (wgan-gp). {OfPreset}");

    private static readonly Option<double?> PenaltyWeight = CommandLine.InRange(
        "--penalty-weight", "γ of R1, λ of WGAN-GP. [default: the preset's; 1 for r1 and 10 for wgan-gp where it has none]", 0.0, 1e6);

    private static readonly Option<int?> PenaltyInterval = CommandLine.InRange(
        "--penalty-interval", $"Compute the penalty every N steps only, and multiply it by N. {OfPreset}", 1, 1000);

    private static readonly Option<NormalizationKind?> Normalization = CommandLine.Choice<NormalizationKind>(
        "--discriminator-normalization", "How D's layers are normalised. [default: the preset's; none with --penalty]");

    private static readonly Option<int?> GeneratorConvolutions = CommandLine.InRange(
        "--generator-convolutions", $"3×3 convolutions of G at half of the image's size. {OfPreset}", 0, 16);

    private static readonly Option<bool> ConditionalNormalization = new("--conditional-normalization")
    {
        Description =
            "Tell G the labels at each of its batch normalisations, too, by a scale and an offset per label; residual networks with " +
            "labels always do, tf-tutorial cannot.",
    };

    private static readonly Option<UpsamplingKind?> Upsampling = CommandLine.Choice<UpsamplingKind>(
        "--upsampling",
        "How G enlarges: by transposed convolutions, or by the nearest pixel and a convolution, which makes no checkerboards. " +
        "[default: transposed; residual is always nearest]");

    private static readonly Option<Augmentations?> Augment = new("--augment")
    {
        Description =
            "Change all images that D judges at random (DiffAugment), so that a few hundred are enough: color, translation, cutout, " +
            "several with commas between, or none; without a value all three. [default: none]",
        HelpName = "KINDS",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseAugmentations,
    };

    private static readonly Option<int?> DiscriminatorHidden = CommandLine.InRange(
        "--discriminator-hidden",
        $"Units of a fully connected layer of D after its convolutions, which judges the image as a whole; 0 for none. {OfPreset}",
        0, 4096);

    private static readonly Option<int?> DiscriminatorSteps = CommandLine.InRange(
        "--discriminator-steps", $"Steps of D for each of G; --steps counts those of D. {OfPreset}", 1, 1000);

    private static readonly Option<int?> Packing = CommandLine.InRange(
        "--packing", "Images that D judges together, against a generator that makes always the same (PacGAN). [default: 1]", 1, 64);

    private static readonly Option<OptimizerKind?> Optimizer = CommandLine.Choice<OptimizerKind>(
        "--optimizer", $"How parameters follow their gradients. {OfPreset}");

    private static readonly Option<double?> LearningRate = CommandLine.InRange(
        "--learning-rate", $"The optimiser's step size, for both networks. {OfPreset}", 1e-12, 1000);

    private static readonly Option<double?> DiscriminatorLearningRate = CommandLine.InRange(
        "--discriminator-learning-rate", "D's own step size. [default: as G's]", 1e-12, 1000);

    private static readonly Option<double?> Beta1 = CommandLine.InRange(
        "--beta1", $"Adam's β₁, or SGD's momentum. {OfPreset}", 0, 0.999999);

    private static readonly Option<double?> Beta2 = CommandLine.InRange(
        "--beta2", $"Adam's β₂, or the decay of RMSProp. {OfPreset}", 0, 0.99999999);

    private static readonly Option<bool> Decay = new("--decay") { Description = "Let the step sizes fall linearly to 0 over the run." };

    private static readonly Option<double?> AverageDecay = CommandLine.InRange(
        "--average-decay", $"Decay of the generator's moving average, which makes the samples; 0 for none. {OfPreset}", 0, 0.9999999);

    private static readonly Option<ulong?> Seed = CommandLine.Seed(
        "Of everything random: on the same kind of processor, the same seed gives the same pictures.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        Preset, Width, LatentSize, Batch, Conditional, Loss, RealTarget, Penalty, PenaltyWeight, PenaltyInterval, Normalization,
        GeneratorConvolutions, ConditionalNormalization, Upsampling, DiscriminatorHidden, DiscriminatorSteps, Packing, Augment,
        Optimizer, LearningRate, DiscriminatorLearningRate, Beta1, Beta2, Decay, AverageDecay, Seed,
    ];

    /// <summary>What the options say for this data.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="dataset">Whose labels tell the classes.</param>
    /// <param name="steps">Steps of a run of this batch size, for the decay.</param>
    /// <exception cref="UserException">The values do not fit together, or the data have no classes.</exception>
    public static Recipe Configure(ParseResult parsed, ImageDataset dataset, Func<int, long> steps)
    {
        try
        {
            var preset = Recipe.For(parsed.GetValue(Preset) ?? UsualPreset(dataset), seed: parsed.GetValue(Seed) ?? 1);
            PenaltyKind penalty = parsed.GetValue(Penalty) ?? preset.Penalty;
            LabelSet? labels = preset.Classes > 0 || parsed.GetValue(Conditional) ? LabelsOf(dataset) : null;
            Recipe configuration = preset with
            {
                Image = dataset.ImageShape,
                Width = parsed.GetValue(Width) ?? preset.Width,
                LatentSize = parsed.GetValue(LatentSize) ?? preset.LatentSize,
                BatchSize = parsed.GetValue(Batch) ?? UsualBatch(preset, dataset.Count, parsed.GetValue(Packing) ?? preset.Packing),
                Classes = labels?.Count ?? 0,
                Labels = labels is { IsPlain: false } ? labels : null,
                Loss = parsed.GetValue(Loss) ?? preset.Loss,
                RealTarget = parsed.GetValue(RealTarget) ?? preset.RealTarget,
                Penalty = penalty,
                PenaltyWeight = parsed.GetValue(PenaltyWeight) ?? (penalty == preset.Penalty ? preset.PenaltyWeight : UsualWeight(penalty)),
                PenaltyInterval = parsed.GetValue(PenaltyInterval) ?? (penalty == preset.Penalty ? preset.PenaltyInterval : 1),
                DiscriminatorNormalization = parsed.GetValue(Normalization)
                    ?? (penalty != PenaltyKind.None && preset.DiscriminatorNormalization == NormalizationKind.Batch
                        ? NormalizationKind.None
                        : preset.DiscriminatorNormalization),
                GeneratorConvolutions = parsed.GetValue(GeneratorConvolutions) ?? preset.GeneratorConvolutions,
                ConditionalNormalization = parsed.GetValue(ConditionalNormalization),
                Upsampling = parsed.GetValue(Upsampling) ?? preset.Upsampling,
                Augment = parsed.GetValue(Augment) ?? preset.Augment,
                DiscriminatorHidden = parsed.GetValue(DiscriminatorHidden) ?? preset.DiscriminatorHidden,
                DiscriminatorSteps = parsed.GetValue(DiscriminatorSteps) ?? preset.DiscriminatorSteps,
                Packing = parsed.GetValue(Packing) ?? preset.Packing,
                Optimizer = parsed.GetValue(Optimizer) ?? preset.Optimizer,
                LearningRate = parsed.GetValue(LearningRate) ?? preset.LearningRate,
                DiscriminatorLearningRate = parsed.GetValue(DiscriminatorLearningRate) ?? preset.DiscriminatorLearningRate,
                Beta1 = parsed.GetValue(Beta1) ?? preset.Beta1,
                Beta2 = parsed.GetValue(Beta2) ?? preset.Beta2,
                AverageDecay = parsed.GetValue(AverageDecay) ?? preset.AverageDecay,
            };
            configuration = configuration with { DecaySteps = parsed.GetValue(Decay) ? steps(configuration.BatchSize) : preset.DecaySteps };
            configuration.Check();
            return configuration;
        }
        catch (ArgumentException exception)
        {
            throw new UserException(exception.Message);
        }
    }

    private static Augmentations? ParseAugmentations(ArgumentResult argument)
    {
        if (argument.Tokens.Count == 0)
        {
            return Augmentations.Color | Augmentations.Translation | Augmentations.Cutout;
        }

        Augmentations all = Augmentations.None;
        foreach (string kind in argument.Tokens[0].Value.Split(','))
        {
            Augmentations? known = kind.Trim() switch
            {
                "none" => Augmentations.None,
                "color" => Augmentations.Color,
                "translation" => Augmentations.Translation,
                "cutout" => Augmentations.Cutout,
                _ => null,
            };
            if (known is not Augmentations one)
            {
                argument.AddError($"--augment must be color, translation, cutout, several with commas between, or none, but is '{kind}'");
                return null;
            }

            all |= one;
        }

        return all;
    }

    private static Preset UsualPreset(ImageDataset dataset) => dataset.HasLabels ? Recipes.Preset.Conditional : Recipes.Preset.R1;

    /// <summary>The preset's, or all images if they are fewer, in whole packs; of a single one nothing can be learned.</summary>
    private static int UsualBatch(Recipe preset, int images, int packing) =>
        images < Math.Max(2, packing) ? preset.BatchSize : Math.Min(preset.BatchSize, images / packing * packing);

    private static double UsualWeight(PenaltyKind penalty) => penalty switch
    {
        PenaltyKind.R1 => 1,
        PenaltyKind.WganGp => 10,
        _ => 0,
    };

    /// <summary>The labels that the networks are to learn, each a class.</summary>
    private static LabelSet LabelsOf(ImageDataset dataset)
    {
        if (!dataset.HasLabels)
        {
            throw new UserException(
                "--data: conditional networks learn the labels, but these images have none. Take a preset without labels, " +
                "for example --preset r1.");
        }

        var labels = new LabelSet(dataset.Labels);
        return labels.Count > 1
            ? labels
            : throw new UserException(
                $"--data: conditional networks learn the labels, but all of these images have the same one ({labels}). Take a preset " +
                "without labels, for example --preset r1.");
    }
}
