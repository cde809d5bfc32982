using MiniGan.Models;

namespace MiniGan.Recipes;

/// <summary>
/// The settings of the recipes. What is not from a recipe's source was measured on MNIST: see <c>docs/results.md</c>
/// and <c>docs/decisions</c>.
/// </summary>
internal static class Presets
{
    /// <summary>The settings of a recipe.</summary>
    /// <param name="preset">Which.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static Recipe Of(Preset preset, ulong seed)
    {
        // β₁ = 0.5: Radford, Metz and Chintala 2016, section 4. Their rate of 2e-4 and 100 latent values are for large pictures and long
        // training: on MNIST, for a few minutes, these brought the Fréchet distance after three epochs from 157 to 78
        // (docs/decisions/0005-dcgan-settings.md).
        Recipe dcgan = new(preset, width: 32, latentSize: 32, batchSize: 64, learningRate: 2e-3, beta1: 0.5, seed) { AverageDecay = 0.999 };
        // What the games without batch normalisation in D have beyond that recipe: docs/decisions/0006-recipes.md.
        Recipe deeper = dcgan with { BatchSize = 32, Beta2 = 0.9, GeneratorConvolutions = 1, DiscriminatorHidden = 128 };
        Recipe r1 = deeper with
        {
            LearningRate = 3e-3,
            DiscriminatorNormalization = NormalizationKind.None,
            Penalty = PenaltyKind.R1,
            PenaltyWeight = 1,
            PenaltyInterval = 4,
        };
        return preset switch
        {
            Preset.Dcgan => dcgan,
            Preset.TfTutorial => new(preset, width: 64, latentSize: 100, batchSize: 256, learningRate: 1e-4, beta1: 0.9, seed),
            Preset.Lsgan => dcgan with { Loss = LossKind.LeastSquares },
            Preset.WganGp => deeper with
            {
                Loss = LossKind.Wasserstein,
                DiscriminatorNormalization = NormalizationKind.None,
                Penalty = PenaltyKind.WganGp,
                PenaltyWeight = 10,
                DiscriminatorSteps = 5,
                LearningRate = 1e-3,
                Beta1 = 0,
            },
            Preset.Sngan => deeper with { Loss = LossKind.Hinge, DiscriminatorNormalization = NormalizationKind.Spectral },
            Preset.R1 => r1,
            Preset.Conditional => r1 with { Classes = 10 },

            // Hinge loss, β₁ and β₂: Miyato et al. 2018, section 4; the rest: docs/decisions/0007-networks-by-size.md.
            Preset.Residual => new(preset, width: 16, latentSize: 64, batchSize: 32, learningRate: 1e-3, beta1: 0, seed)
            {
                Beta2 = 0.9,
                AverageDecay = 0.999,
                Loss = LossKind.Hinge,
                DiscriminatorNormalization = NormalizationKind.Spectral,
                Upsampling = UpsamplingKind.Nearest,
            },
            _ => throw new ArgumentException($"There is no preset {preset}.", nameof(preset)),
        };
    }
}
