using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Models;

/// <summary>Miyato et al. 2018, appendix B.4, and the blocks of kwotsin/mimicry's sngan.</summary>
public sealed class ResidualGanTests
{
    private static readonly ImageShape Colour = new(3, 64, 64);

    [Fact]
    public void Blocks_go_up_and_down_through_the_levels()
    {
        Gan gan = new ResidualGan(Colour) { Width = 2 }.Build(1);
        Assert.Equal(
            ["Linear", "Reshape", "Residual", "Residual", "Residual", "Residual", "BatchNorm2D", "ReLU", "Conv2D", "Tanh"],
            Names(gan.Generator));
        Assert.Equal(
            ["Residual", "Residual", "Residual", "Residual", "Residual", "ReLU", "GlobalSumPool2D", "SpectralNorm"],
            Names(gan.Discriminator));
        Assert.Equal(
            [
                "[1, 16, 4, 4]", "[1, 16, 8, 8]", "[1, 8, 16, 16]", "[1, 4, 32, 32]", "[1, 2, 64, 64]", "[1, 2, 64, 64]", "[1, 2, 64, 64]",
                "[1, 3, 64, 64]", "[1, 3, 64, 64]",
            ],
            Shapes(gan.Generator, gan.Latents(1, new RandomSource(1, "z"))).Skip(1));
        Assert.Equal(
            [
                "[1, 2, 32, 32]", "[1, 4, 16, 16]", "[1, 8, 8, 8]", "[1, 16, 4, 4]", "[1, 16, 4, 4]", "[1, 16, 4, 4]", "[1, 16]", "[1, 1]",
            ],
            Shapes(gan.Discriminator, Values.Normal(Colour.Batch(1), "x")));
    }

    [Fact]
    public void Blocks_are_mimicrys()
    {
        Gan gan = new ResidualGan(Colour) { Width = 2 }.Build(1);
        var up = (Residual)gan.Generator.Children[3];
        Assert.Equal(
            ["BatchNorm2D", "ReLU", "Upsample2D", "Conv2D", "BatchNorm2D", "ReLU", "Conv2D"], Names(up.Children[0]));
        Assert.Equal(["Conv2D", "Upsample2D"], Names(up.Children[1]));
        Residual first = (Residual)gan.Discriminator.Children[0], down = (Residual)gan.Discriminator.Children[1],
            last = (Residual)gan.Discriminator.Children[4];
        Assert.Equal(["SpectralNorm", "ReLU", "SpectralNorm", "AvgPool2D"], Names(first.Children[0]));
        Assert.Equal(["AvgPool2D", "SpectralNorm"], Names(first.Children[1]));
        Assert.Equal(["ReLU", "SpectralNorm", "ReLU", "SpectralNorm", "AvgPool2D"], Names(down.Children[0]));
        Assert.Equal(["AvgPool2D", "SpectralNorm"], Names(down.Children[1]));
        Assert.Equal(["ReLU", "SpectralNorm", "ReLU", "SpectralNorm"], Names(last.Children[0]));
        Assert.Single(last.Children);

        // All of D's weights are normalised, none of G's.
        Assert.Equal(2 + 1 + (3 * 3) + 2 + 1, gan.Discriminator.Descendants().OfType<SpectralNorm>().Count());
        Assert.Equal(
            gan.Discriminator.Descendants().OfType<WeightedModule>(),
            gan.Discriminator.Descendants().OfType<SpectralNorm>().Select(norm => norm.Inner));
        Assert.Empty(gan.Generator.Descendants().OfType<SpectralNorm>());
        Gan plain = new ResidualGan(Colour) { Width = 2, DiscriminatorNormalization = NormalizationKind.None }.Build(1);
        Assert.Empty(plain.Discriminator.Descendants().OfType<SpectralNorm>());
        Assert.Equal(gan.Discriminator.ParameterCount, plain.Discriminator.ParameterCount);
    }

    /// <summary>The convolution has the smaller maps on the shortcuts: it is the same as the other way round.</summary>
    [Fact]
    public void A_shortcut_may_convolve_before_it_enlarges_or_after_it_averages()
    {
        var convolution = new Conv2D(3, 5, 1);
        Tensor x = Values.OnGrid(new Shape(2, 3, 4, 6), "x");
        Values.OnGrid(convolution.Weight.Value.Shape, "w").Span.CopyTo(convolution.Weight.Value.Span);
        convolution.Bias!.Value.Span.Fill(0.5f);
        Assert.Equal(
            new Sequential(new Upsample2D(2), convolution).Forward(x).ToRowMajor(),
            new Sequential(convolution, new Upsample2D(2)).Forward(x).ToRowMajor());
        Assert.Equal(
            new Sequential(new AvgPool2D(2), convolution).Forward(x).ToRowMajor(),
            new Sequential(convolution, new AvgPool2D(2)).Forward(x).ToRowMajor());
    }

    [Theory]
    [InlineData(NormalizationKind.Spectral)]
    [InlineData(NormalizationKind.None)]
    public void Labels_choose_the_norms_of_G_and_the_projection_of_D(NormalizationKind normalization)
    {
        ResidualGan networks = new(new(3, 16, 16)) { Width = 2, Classes = 3, DiscriminatorNormalization = normalization };
        Gan gan = networks.Build(1);
        Assert.Equal((2 * 2) + 1, gan.Generator.Descendants().OfType<ConditionalBatchNorm2D>().Count());
        Assert.Equal(0, gan.Generator.Descendants().OfType<BatchNorm2D>().Count(norm => norm.Weight is not null));
        var projection = Assert.IsType<ProjectionLogit>(gan.Discriminator.Children[^1]);
        Assert.Equal(normalization == NormalizationKind.Spectral, projection.Children[1] is SpectralNorm);

        // One image, three labels: D tells them apart, and all weights come from the seed.
        Tensor one = Values.Normal(new Shape(1, 3, 16, 16), "x"), x = new(new Shape(3, 3, 16, 16));
        for (int n = 0; n < 3; n++)
        {
            one.Span.CopyTo(x.Span[(n * one.Span.Length)..]);
        }

        gan.SetLabels([0, 1, 2]);
        Assert.Equal(3, gan.Discriminator.Forward(x).ToRowMajor().Distinct().Count());
        RandomSource.Default = new RandomSource(77, "weights");
        Gan again = networks.Build(1), other = networks.Build(2);
        Assert.Equal(
            again.State.Select(state => state.Value.ToRowMajor()), networks.Build(1).State.Select(state => state.Value.ToRowMajor()));
        Assert.NotEqual(Vectors(again), Vectors(other));

        static float[] Vectors(Gan of)
        {
            Module embedding = ((ProjectionLogit)of.Discriminator.Children[^1]).Children[1];
            return embedding.Parameters.Single().Value.ToRowMajor();
        }
    }

    [Fact]
    public void What_it_cannot_be_is_refused_in_a_line()
    {
        Assert.Equal(
            "The residual discriminator has spectral normalisation or none, but batch normalisation was asked for; take one of those.",
            Assert.Throws<ArgumentException>(
                () => new ResidualGan(Colour) { DiscriminatorNormalization = NormalizationKind.Batch }.Build(1)).Message);
        foreach (Func<Gan> build in new Func<Gan>[]
        {
            () => new ResidualGan(new(3, 64, 7)).Build(1), () => new Dcgan(new(3, 64, 7)).Build(1),
            () => new TfTutorial(new(3, 64, 7)).Build(1),
        })
        {
            Assert.Equal(
                "These networks halve an image at least once, to no less than 4 pixels, so its height and width must be 8 or more, but " +
                "the images are [3, 64, 7]. Enlarge them. (Parameter 'image')",
                Assert.Throws<ArgumentException>(build).Message);
        }
    }

    /// <summary>G of one step is another's start: what differs after it is what moved.</summary>
    [Theory]
    [InlineData(1, PenaltyKind.None)]
    [InlineData(2, PenaltyKind.R1)]
    [InlineData(1, PenaltyKind.WganGp)]
    public void It_trains_with_packs_and_penalties(int packing, PenaltyKind penalty)
    {
        Recipe recipe = Recipe.For(Preset.Residual, width: 2, batchSize: 4) with
        {
            Image = new(3, 19, 16),
            Packing = packing,
            Penalty = penalty,
            PenaltyWeight = 1,
            PenaltyInterval = 2,
            Augment = (Augmentations)7,
        };
        GanTrainer trainer = recipe.Build();
        float[][] before = [.. trainer.Gan.State.Select(state => state.Value.ToRowMajor())];
        for (int step = 0; step < 2; step++)
        {
            StepReport report = trainer.Step(Values.Normal(recipe.Image.Batch(4), "real"));
            Assert.Equal(penalty == PenaltyKind.None, report.Penalty == 0);
        }

        Assert.All(
            trainer.Gan.State.Zip(before).Where(pair => pair.First.Name.EndsWith("weight_orig", StringComparison.Ordinal)),
            pair => Assert.NotEqual(pair.Second, pair.First.Value.ToRowMajor()));
        Assert.All(trainer.Gan.State, state => Assert.True(state.Value.IsFinite));
    }

    private static IEnumerable<string> Names(Module network) => network.Children.Select(module => module.GetType().Name);

    private static IEnumerable<string> Shapes(Module network, Tensor x)
    {
        foreach (Module module in network.Children)
        {
            x = module.Forward(x);
            yield return $"{x.Shape}";
        }
    }
}
