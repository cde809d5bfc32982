using MiniGan.Data;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Models;

/// <summary>Every recipe for grey and colour images of any size: not square, odd, no powers of two.</summary>
public sealed class SizesTests
{
    private static readonly ImageShape[] Images =
    [
        new(1, 28, 28), new(3, 32, 32), new(1, 8, 8), new(3, 48, 64), new(3, 64, 64), new(3, 37, 29), new(3, 128, 128),
    ];

    public static TheoryData<Preset, int, int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<Preset, int, int, int>();
            foreach (Preset preset in Enum.GetValues<Preset>())
            {
                foreach (ImageShape image in Images)
                {
                    sizes.Add(preset, image.Channels, image.Height, image.Width);
                }
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_recipe_makes_and_judges_images_of_the_size(Preset preset, int channels, int height, int width)
    {
        Recipe recipe = Tiny(preset, new(channels, height, width)) with { Augment = (Augmentations)7 };
        GanTrainer trainer = recipe.Build();
        Step(trainer, recipe);
        Tensor images = trainer.Gan.Generate(trainer.Gan.Latents(2, new RandomSource(1, "z")));
        Assert.Equal(new Shape(2, channels, height, width), images.Shape);
        Assert.Equal(recipe.Image, trainer.Gan.ImageShape);
        Assert.Equal(recipe.Augment, Assert.IsType<DiffAugment>(trainer.Gan.Discriminator.Children[0]).Policy);
        Assert.All(trainer.Gan.State, state => Assert.True(state.Value.IsFinite, state.Name));
    }

    /// <summary>The smallest sizes, and those beside powers of two, where rounding decides.</summary>
    [Theory]
    [InlineData(Preset.Dcgan, UpsamplingKind.Transposed)]
    [InlineData(Preset.Dcgan, UpsamplingKind.Nearest)]
    [InlineData(Preset.Residual, UpsamplingKind.Nearest)]
    [InlineData(Preset.TfTutorial, UpsamplingKind.Transposed)]
    public void Sizes_are_met_exactly(Preset preset, UpsamplingKind upsampling)
    {
        int[] sizes = preset == Preset.TfTutorial ? [8, 9, 15, 17, 19] : [8, 9, 10, 15, 16, 17, 21, 23, 31, 33];
        foreach (int height in sizes)
        {
            foreach (int width in sizes)
            {
                Recipe recipe = Tiny(preset, new(1, height, width)) with { Upsampling = upsampling };
                Gan gan = recipe.CreateGan();
                Tensor images = gan.Generate(gan.Latents(2, new RandomSource(1, "z")));
                Assert.Equal(new Shape(2, 1, height, width), images.Shape);
                Assert.Equal(new Shape(2, 1), gan.Discriminator.Forward(images).Shape);
            }
        }
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(15, 1)]
    [InlineData(16, 2)]
    [InlineData(28, 2)]
    [InlineData(31, 2)]
    [InlineData(32, 3)]
    [InlineData(64, 4)]
    [InlineData(127, 4)]
    [InlineData(128, 5)]
    public void An_image_is_halved_down_to_at_least_4_pixels(int size, int halvings)
    {
        Gan gan = Tiny(Preset.Dcgan, new(1, size, size + 3)).CreateGan();
        Assert.Equal(halvings, ((Sequential)gan.Generator).OfType<ConvTranspose2D>().Count());
        Assert.Equal(halvings, ((Sequential)gan.Discriminator).OfType<Conv2D>().Count());
    }

    /// <summary>Radford, Metz and Chintala 2016, figure 1: 512, 256, 128, 64 maps, and the image.</summary>
    [Fact]
    public void The_networks_for_64x64_are_those_of_the_dcgan_paper()
    {
        Gan gan = (Recipe.For(Preset.Dcgan, width: 64) with { Image = new(3, 64, 64), LatentSize = 100 }).CreateGan(initialize: false);
        Assert.Equal(
            [(512, 256), (256, 128), (128, 64), (64, 3)],
            ((Sequential)gan.Generator).OfType<ConvTranspose2D>().Select(layer => (layer.InputChannels, layer.OutputChannels)));
        Assert.Equal(
            [(3, 64), (64, 128), (128, 256), (256, 512)],
            ((Sequential)gan.Discriminator).OfType<Conv2D>().Select(layer => (layer.InputChannels, layer.OutputChannels)));
        gan = (Recipe.For(Preset.Dcgan, width: 3) with { Image = new(3, 128, 128) }).CreateGan();
        Assert.Equal([24, 24, 12, 6, 3], ((Sequential)gan.Generator).OfType<ConvTranspose2D>().Select(layer => layer.InputChannels));
    }

    /// <summary>Nearest and a 3×3 convolution where there was a transposed one, the other layers in their places.</summary>
    [Fact]
    public void Upsampling_takes_the_place_of_transposed_convolutions()
    {
        Recipe recipe = Recipe.For(Preset.R1, width: 2) with { Image = new(1, 29, 28), Upsampling = UpsamplingKind.Nearest };
        Gan gan = recipe.CreateGan();
        Assert.Equal(
            [
                "Linear", "Reshape", "BatchNorm2D", "ReLU", "Upsample2D(2, Nearest)", "Conv2D", "BatchNorm2D", "ReLU",
                "Conv2D", "BatchNorm2D", "ReLU", "Upsample2D(to 29×28, Nearest)", "Conv2D", "Tanh",
            ],
            ((Sequential)gan.Generator).Select(module => module is Upsample2D ? $"{module}" : module.GetType().Name));
        Assert.Equal(
            [false, false, true], ((Sequential)gan.Generator).OfType<Conv2D>().Select(layer => layer.Bias is not null));
        Step(recipe.TrainerFor(gan), recipe);
    }

    [Fact]
    public void The_tutorials_networks_grow_as_dcgans_do()
    {
        Gan gan = (Recipe.For(Preset.TfTutorial) with { Image = new(3, 128, 128) }).CreateGan(initialize: false);
        Assert.Equal(
            [(512, 512), (512, 512), (512, 256), (256, 128), (128, 64), (64, 3)],
            ((Sequential)gan.Generator).OfType<ConvTranspose2D>().Select(layer => (layer.InputChannels, layer.OutputChannels)));
        Assert.Equal(
            [64, 128, 256, 512, 512], ((Sequential)gan.Discriminator).OfType<Conv2D>().Select(layer => layer.OutputChannels));
    }

    /// <summary>The adjoint of Keras's same convolution that halves an odd size: a row or column more is cut.</summary>
    [Fact]
    public void The_tutorial_comes_back_to_odd_sizes_as_it_left_them()
    {
        Gan gan = (Recipe.For(Preset.TfTutorial) with { Image = new(1, 17, 18) }).CreateGan(initialize: false);
        var last = ((Sequential)gan.Generator).OfType<ConvTranspose2D>().Last();
        var first = new Conv2D(1, 64, last.Window.Kernel, 2, MiniGan.Convolution.Padding.Same, bias: false);
        Tensor map = Values.OnGrid(new Shape(1, 64, 9, 9), "map"), image = Values.OnGrid(new Shape(1, 1, 17, 18), "image");
        Values.OnGrid(last.Weight.Value.Shape, "w").Span.CopyTo(last.Weight.Value.Span);
        last.Weight.Value.Span.CopyTo(first.Weight.Value.Span);
        Assert.Equal(Values.Dot(last.Forward(map), image), Values.Dot(map, first.Forward(image)));
    }

    private static Recipe Tiny(Preset preset, ImageShape image) =>
        Recipe.For(preset, preset == Preset.TfTutorial ? null : 2, batchSize: 2) with { Image = image };

    private static void Step(GanTrainer trainer, Recipe recipe)
    {
        Tensor real = new(recipe.Image.Batch(recipe.BatchSize));
        new RandomSource(1, "real").FillUniform(real.Span, -1, 1);
        int[] labels = recipe.Classes > 0 ? [1, 0] : [];
        StepReport report = trainer.Step(new Batch(real, labels));
        Assert.True(double.IsFinite(report.DiscriminatorLoss) && double.IsFinite(report.GeneratorLoss));
    }
}
