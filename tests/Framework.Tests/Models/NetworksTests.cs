using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Models;

public sealed class NetworksTests
{
    [Theory]
    [InlineData(Preset.TfTutorial, 64, 2_305_472, 212_865)]
    [InlineData(Preset.Conditional, 32, 100_352 + 31_360 + 128 + 32_768 + 64 + 9_216 + 64 + 513, 544 + 32_768 + 64 + 401_536 + 1_290)]
    [InlineData(Preset.Dcgan, 32, 100_352 + 128 + 32_768 + 64 + 513, 544 + 32_768 + 128 + 3_137)]
    public void Parameter_counts(Preset preset, int width, long generator, long discriminator)
    {
        var gan = Recipe.For(preset, width).CreateGan();
        Assert.Equal((generator, discriminator), (gan.Generator.ParameterCount, gan.Discriminator.ParameterCount));
    }

    [Theory]
    [InlineData(NormalizationKind.None)]
    [InlineData(NormalizationKind.Spectral)]
    [InlineData(NormalizationKind.Batch)]
    public void A_hidden_layer_stands_between_convolutions_and_logit(NormalizationKind normalization)
    {
        var plain = new Recipe(Preset.Dcgan, width: 3, latentSize: 2, batchSize: 4, learningRate: 1e-3, beta1: 0.5, seed: 1)
        {
            DiscriminatorNormalization = normalization,
        };
        Module without = plain.CreateGan().Discriminator, with = (plain with { DiscriminatorHidden = 5 }).CreateGan().Discriminator;
        const int features = 6 * 7 * 7;
        Assert.Equal(without.ParameterCount - (features + 1) + (5 * (features + 1)) + (5 + 1), with.ParameterCount);
        Assert.Equal(new Shape(4, 1), with.Forward(Values.Normal(new Shape(4, 1, 28, 28), "x")).Shape);
    }

    [Fact]
    public void Further_convolutions_of_the_generator_keep_the_size()
    {
        var plain = new Recipe(Preset.Dcgan, width: 3, latentSize: 2, batchSize: 4, learningRate: 1e-3, beta1: 0.5, seed: 1);
        Gan without = plain.CreateGan(), with = (plain with { GeneratorConvolutions = 2 }).CreateGan();
        Assert.Equal(without.Generator.ParameterCount + (2 * ((3 * 3 * 9) + 6)), with.Generator.ParameterCount);
        Assert.Equal(new Shape(2, 1, 28, 28), with.Generate(with.Latents(2, new RandomSource(1, "z"))).Shape);
    }

    [Theory]
    [InlineData(UpsamplingKind.Transposed)]
    [InlineData(UpsamplingKind.Nearest)]
    public void Labels_reach_each_normalisation_of_the_generator_on_request(UpsamplingKind upsampling)
    {
        Recipe plain = Recipe.For(Preset.Conditional, width: 3) with { Classes = 5, LatentSize = 2, Upsampling = upsampling };
        Gan without = plain.CreateGan(), with = (plain with { ConditionalNormalization = true }).CreateGan();
        Assert.Equal([6, 3, 3], without.Generator.Descendants().OfType<BatchNorm2D>().Select(norm => norm.RunningMean.Shape.Count));
        ConditionalBatchNorm2D[] norms = [.. with.Generator.Descendants().OfType<ConditionalBatchNorm2D>()];
        Assert.Equal([(6, 5), (3, 5), (3, 5)], norms.Select(norm => (norm.Channels, norm.Classes)));
        Assert.Equal(
            without.Generator.ParameterCount + (4 * 2 * (6 + 3 + 3)), with.Generator.ParameterCount); // a γ and β for four classes more

        // The label beside the latents does nothing: what is left comes by the normalisations, each of them.
        foreach (Linear first in with.Generator.Descendants().OfType<Linear>())
        {
            for (int row = 0; row < first.Weight.Value.Shape.N; row++)
            {
                first.Weight.Value.Span.Slice(row * 7, 7)[2..].Clear();
            }
        }

        Tensor z = with.Latents(1, new RandomSource(1, "z"));
        float[] Drawn(int label) => with.Generate(z, [label]).ToRowMajor();
        Assert.Equal(Drawn(0), Drawn(4));
        foreach (ConditionalBatchNorm2D norm in norms)
        {
            float[] before = Drawn(4);
            Assert.Single(norm.Parameters).Value.Span.Slice(4 * 2 * norm.Channels, 2 * norm.Channels).Fill(0.5f);
            Assert.NotEqual(before, Drawn(4));
        }
    }

    [Theory]
    [InlineData(Preset.Dcgan, 3)]
    [InlineData(Preset.TfTutorial, 64)]
    public void Networks_make_and_take_28x28(Preset preset, int width)
    {
        var gan = Recipe.For(preset, width).CreateGan();
        Tensor images = gan.Generate(gan.Latents(2, new RandomSource(1, "z")));
        Assert.Equal(new Shape(2, 1, 28, 28), images.Shape);
        Assert.All(images.ToRowMajor(), value => Assert.InRange(value, -1, 1));
        Assert.Equal(new Shape(2, 1), gan.Discriminator.Forward(images).Shape);
        Assert.True(gan.Generator.IsTraining);
    }

    [Fact]
    public void A_normalisation_per_label_needs_labels() => Assert.Contains(
        "needs labels, but Classes is 0",
        Assert.Throws<ArgumentException>(() => new Dcgan(new(1, 28, 28)) { ConditionalNormalization = true }.Build(1)).Message,
        StringComparison.Ordinal);
}
