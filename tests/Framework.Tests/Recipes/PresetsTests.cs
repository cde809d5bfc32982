using MiniGan.Convolution;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Training;

namespace MiniGan.Tests.Recipes;

/// <summary>
/// What the recipes are said to be: each row a fact with its source. Whoever changes a setting changes the claim here, too.
/// </summary>
public sealed class PresetsTests
{
    private const string Radford = "Radford, Metz and Chintala 2016, section 4", Mao = "Mao et al. 2017, equation 9",
    Gulrajani = "Gulrajani et al. 2017, algorithm 1",
        Miyato = "Miyato et al. 2018, section 3 and equations 16 and 17", Mescheder = "Mescheder, Geiger and Nowozin 2018, equation 9",
        Tutorial = "TensorFlow's tutorial \"Deep Convolutional Generative Adversarial Network\"",
        Settings = "docs/decisions/0005-dcgan-settings.md", Recipes = "docs/decisions/0006-recipes.md",
        Sizes = "docs/decisions/0007-networks-by-size.md";

    public static TheoryData<string, string, object?, object?> Facts()
    {
        var facts = new TheoryData<string, string, object?, object?>();
        Recipe dcgan = Recipe.For(Preset.Dcgan), lsgan = Recipe.For(Preset.Lsgan), wgan = Recipe.For(Preset.WganGp),
            sngan = Recipe.For(Preset.Sngan), r1 = Recipe.For(Preset.R1), conditional = Recipe.For(Preset.Conditional),
            residual = Recipe.For(Preset.Residual), tutorial = Recipe.For(Preset.TfTutorial);

        facts.Add(
            "dcgan: cross-entropy without penalty", Radford, (LossKind.NonSaturating, PenaltyKind.None, 1.0),
            (dcgan.Loss, dcgan.Penalty, dcgan.RealTarget));
        facts.Add(
            "dcgan: Adam's β₁, and β₂ as it comes", Radford, (OptimizerKind.Adam, 0.5, 0.999), (dcgan.Optimizer, dcgan.Beta1, dcgan.Beta2));
        facts.Add("dcgan: batch normalisation", Radford, NormalizationKind.Batch, dcgan.DiscriminatorNormalization);
        facts.Add(
            "dcgan: latent values, rate, batch, width", Settings, (32, 2e-3, 64, 32),
            (dcgan.LatentSize, dcgan.LearningRate, dcgan.BatchSize, dcgan.Width));
        facts.Add("dcgan: pictures by the moving average", Settings, 0.999, dcgan.AverageDecay);
        facts.Add("dcgan: the paper's layers, no more", Recipes, (0, 0), (dcgan.GeneratorConvolutions, dcgan.DiscriminatorHidden));
        facts.Add("lsgan: dcgan but for the loss", Mao, dcgan with { Preset = Preset.Lsgan, Loss = LossKind.LeastSquares }, lsgan);

        facts.Add("wgan-gp: λ", Gulrajani, (PenaltyKind.WganGp, 10.0), (wgan.Penalty, wgan.PenaltyWeight));
        facts.Add("wgan-gp: n_critic", Gulrajani, 5, wgan.DiscriminatorSteps);
        facts.Add("wgan-gp: Adam's β₁ and β₂", Gulrajani, (0.0, 0.9), (wgan.Beta1, wgan.Beta2));
        facts.Add(
            "wgan-gp: the critic's loss, penalised at every step", Gulrajani, (LossKind.Wasserstein, 1), (wgan.Loss, wgan.PenaltyInterval));
        facts.Add(
            "wgan-gp: no batch normalisation in the critic", "Gulrajani et al. 2017, section 4", NormalizationKind.None,
            wgan.DiscriminatorNormalization);
        facts.Add("wgan-gp: rate", Recipes, 1e-3, wgan.LearningRate);

        facts.Add(
            "sngan: spectral normalisation, hinge, no penalty", Miyato, (NormalizationKind.Spectral, LossKind.Hinge, PenaltyKind.None),
            (sngan.DiscriminatorNormalization, sngan.Loss, sngan.Penalty));
        facts.Add(
            "sngan: rate and β₁ of dcgan, one step of D for each of G", Recipes, (2e-3, 0.5, 1),
            (sngan.LearningRate, sngan.Beta1, sngan.DiscriminatorSteps));

        facts.Add("r1: penalty on cross-entropy", Mescheder, (PenaltyKind.R1, LossKind.NonSaturating), (r1.Penalty, r1.Loss));
        facts.Add("r1: no normalisation in D", Mescheder, NormalizationKind.None, r1.DiscriminatorNormalization);
        facts.Add("r1: γ", Recipes, 1.0, r1.PenaltyWeight);
        facts.Add(
            "r1: lazy regularisation, every 4 steps",
            "Karras et al. 2020, section 3.1, with an interval of its own", 4, r1.PenaltyInterval);
        facts.Add("r1: rate", Recipes, 3e-3, r1.LearningRate);
        facts.Add("conditional: r1 with ten classes", Recipes, r1 with { Preset = Preset.Conditional, Classes = 10 }, conditional);
        foreach (Recipe deeper in new[] { wgan, sngan, r1, conditional })
        {
            facts.Add(
                $"{deeper.PresetName}: batch, β₂ and a further layer in each network", Recipes, (32, 0.9, 1, 128),
                (deeper.BatchSize, deeper.Beta2, deeper.GeneratorConvolutions, deeper.DiscriminatorHidden));
            facts.Add(
                $"{deeper.PresetName}: width, latent values and average of dcgan", Recipes, (32, 32, 0.999),
                (deeper.Width, deeper.LatentSize, deeper.AverageDecay));
        }

        facts.Add(
            "residual: hinge, spectral normalisation, no penalty", Miyato,
            (LossKind.Hinge, NormalizationKind.Spectral, PenaltyKind.None),
            (residual.Loss, residual.DiscriminatorNormalization, residual.Penalty));
        facts.Add("residual: Adam's β₁ and β₂", "Miyato et al. 2018, section 4", (0.0, 0.9), (residual.Beta1, residual.Beta2));
        facts.Add("residual: nearest upsampling", "Miyato et al. 2018, figure 8", UpsamplingKind.Nearest, residual.Upsampling);
        facts.Add(
            "residual: width, latent values, batch, rate, average, steps of D", Sizes, (16, 64, 32, 1e-3, 0.999, 1),
            (residual.Width, residual.LatentSize, residual.BatchSize, residual.LearningRate, residual.AverageDecay,
                residual.DiscriminatorSteps));
        foreach (Recipe recipe in new[] { dcgan, lsgan, wgan, sngan, r1, conditional, tutorial })
        {
            facts.Add(
                $"{recipe.PresetName}: transposed convolutions, images as they are", Recipes,
                (UpsamplingKind.Transposed, Augmentations.None),
                (recipe.Upsampling, recipe.Augment));
        }

        facts.Add(
            "tf-tutorial: noise_dim, BATCH_SIZE, filters", Tutorial, (100, 256, 64),
            (tutorial.LatentSize, tutorial.BatchSize, tutorial.Width));
        facts.Add(
            "tf-tutorial: Adam(1e-4), the rest as Keras has it", Tutorial, (OptimizerKind.Adam, 1e-4, 0.9, 0.999),
            (tutorial.Optimizer, tutorial.LearningRate, tutorial.Beta1, tutorial.Beta2));
        facts.Add(
            "tf-tutorial: cross-entropy, no penalty, no average", Tutorial, (LossKind.NonSaturating, PenaltyKind.None, 0.0),
            (tutorial.Loss, tutorial.Penalty, tutorial.AverageDecay));
        return facts;
    }

    [Theory]
    [MemberData(nameof(Facts))]
    public void A_recipe_is_what_its_source_says(string fact, string source, object? expected, object? actual) =>
        Assert.True(Equals(expected, actual), $"{fact} ({source}): expected {expected}, got {actual}");

    /// <summary>
    /// Radford et al., section 3: strided 4×4 convolutions instead of pooling, LeakyReLU of slope 0.2 in D, ReLU and
    /// tanh in G; PyTorch's ε and momentum.
    /// </summary>
    [Fact]
    public void The_networks_of_dcgan_are_the_papers()
    {
        var gan = Recipe.For(Preset.Dcgan, width: 3).CreateGan();
        Assert.Equal(
            ["Linear", "Reshape", "BatchNorm2D", "ReLU", "ConvTranspose2D", "BatchNorm2D", "ReLU", "ConvTranspose2D", "Tanh"],
            Layers(gan.Generator));
        Assert.Equal(["Conv2D", "LeakyReLU", "Conv2D", "BatchNorm2D", "LeakyReLU", "Flatten", "Linear"], Layers(gan.Discriminator));
        Assert.All(Of<LeakyReLU>(gan.Discriminator), activation => Assert.Equal(0.2f, activation.Slope));
        Assert.All(Of<BatchNorm2D>(gan.Generator).Concat(Of<BatchNorm2D>(gan.Discriminator)), norm =>
            Assert.Equal((1e-5, 0.1), (norm.Epsilon, norm.Momentum)));
        Assert.All(Of<ConvolutionModule>(gan.Generator).Concat(Of<ConvolutionModule>(gan.Discriminator)),
            layer => Assert.Equal((new Size2D(4, 4), new Size2D(2, 2)), (layer.Window.Kernel, layer.Window.Stride)));

        // A bias before a batch normalisation would be taken off again.
        Assert.Equal([false, true], Of<ConvolutionModule>(gan.Generator).Select(layer => layer.Bias is not null));
        Assert.Equal([true, false], Of<ConvolutionModule>(gan.Discriminator).Select(layer => layer.Bias is not null));
    }

    /// <summary>
    /// The tutorial's <c>make_generator_model</c> and <c>make_discriminator_model</c>, with Keras's defaults: ε = 1e-3, momentum 0.99,
    /// which is 0.01 here and in PyTorch, LeakyReLU 0.3, dropout 0.3.
    /// </summary>
    [Fact]
    public void The_networks_of_tf_tutorial_are_the_tutorials()
    {
        var gan = Recipe.For(Preset.TfTutorial).CreateGan();
        Assert.Equal(
            ["Linear", "Reshape", "BatchNorm2D", "LeakyReLU", "Reshape", "ConvTranspose2D", "BatchNorm2D", "LeakyReLU", "ConvTranspose2D",
                "BatchNorm2D", "LeakyReLU", "ConvTranspose2D", "Tanh"],
            Layers(gan.Generator));
        Assert.Equal(["Conv2D", "LeakyReLU", "Dropout", "Conv2D", "LeakyReLU", "Dropout", "Flatten", "Linear"], Layers(gan.Discriminator));
        Assert.All(
            Of<LeakyReLU>(gan.Generator).Concat(Of<LeakyReLU>(gan.Discriminator)), activation => Assert.Equal(0.3f, activation.Slope));
        Assert.All(Of<BatchNorm2D>(gan.Generator), norm => Assert.Equal((1e-3, 0.01), (norm.Epsilon, norm.Momentum)));
        Assert.All(Of<Dropout>(gan.Discriminator), dropout => Assert.Equal(0.3, dropout.Probability));
        Assert.All(Of<ConvolutionModule>(gan.Generator).Concat(Of<ConvolutionModule>(gan.Discriminator)),
            layer => Assert.Equal((new Size2D(5, 5), PaddingKind.Same), (layer.Window.Kernel, layer.Window.Padding.Kind)));
        Assert.Equal([1, 2, 2], Of<ConvolutionModule>(gan.Generator).Select(layer => layer.Window.Stride.Height));
        Assert.Equal([2, 2], Of<ConvolutionModule>(gan.Discriminator).Select(layer => layer.Window.Stride.Height));
        Assert.All(Of<ConvolutionModule>(gan.Generator), layer => Assert.Null(layer.Bias)); // use_bias=False
        Assert.All(Of<ConvolutionModule>(gan.Discriminator), layer => Assert.NotNull(layer.Bias));
    }

    /// <summary>
    /// What each network begins or ends with for labels and packs; spectral normalisation goes around every layer of D that has weights.
    /// </summary>
    [Fact]
    public void Labels_packs_and_spectral_normalisation_have_their_places()
    {
        Gan conditional = Recipe.For(Preset.Conditional, width: 3).CreateGan(), spectral = Recipe.For(Preset.Sngan, width: 3).CreateGan(),
            packed = (Recipe.For(Preset.R1, width: 3) with { Packing = 2 }).CreateGan();
        Assert.Equal(
            ["ConcatOneHot", "Linear", "Reshape", "BatchNorm2D", "ReLU", "ConvTranspose2D", "BatchNorm2D", "ReLU", "Conv2D", "BatchNorm2D",
                "ReLU", "ConvTranspose2D", "Tanh"],
            Layers(conditional.Generator));
        Assert.Equal(
            ["Conv2D", "LeakyReLU", "Conv2D", "LeakyReLU", "Flatten", "Linear", "LeakyReLU", "Linear", "ClassLogit"],
            Layers(conditional.Discriminator));
        Assert.Equal(
            ["SpectralNorm", "LeakyReLU", "SpectralNorm", "LeakyReLU", "Flatten", "SpectralNorm", "LeakyReLU", "SpectralNorm"],
            Layers(spectral.Discriminator));
        Assert.Equal(
            ["Pack", "Conv2D", "LeakyReLU", "Conv2D", "LeakyReLU", "Flatten", "Linear", "LeakyReLU", "Linear"],
            Layers(packed.Discriminator));
        Assert.All(Of<ConvolutionModule>(conditional.Discriminator), layer => Assert.NotNull(layer.Bias));
    }

    private static IEnumerable<string> Layers(Module network) => ((Sequential)network).Select(module => module.GetType().Name);

    private static IEnumerable<T> Of<T>(Module network) => ((Sequential)network).OfType<T>();
}
