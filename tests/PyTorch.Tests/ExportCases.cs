using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Tests.Modules;
using MiniGan.Training;

namespace MiniGan.Tests.PyTorch;

/// <summary>Networks whose export PyTorch has run: every recipe, every module, with weights that chance chose.</summary>
internal static class ExportCases
{
    private static readonly Dictionary<string, (Func<Module> Module, Shape Input)> More = new()
    {
        ["Dropout"] = (() => new Dropout(0.3, new RandomSource(1, "d")), new(2, 2, 5, 4)),
        ["PReLU per channel of images"] = (() => new PReLU(3), new(2, 3, 2, 3)),
        ["Upsample2D to a size that PyTorch rounds"] = (() => Upsample2D.To((3, 82)), new(1, 1, 2, 2)),
        ["Upsample2D bilinear to odd sizes"] = (() => Upsample2D.To((7, 5), UpsampleMode.Bilinear), new(2, 2, 3, 2)),
        ["ConvTranspose2D that leaves pixels out"] = (() => new ConvTranspose2D(2, 3, (2, 1), (3, 2)), new(2, 2, 3, 4)),
        ["ConvTranspose2D padded on four sides"] = (
            () => new ConvTranspose2D(2, 3, (5, 3), 2, Convolution.Padding.Explicit(1, 2, 2, 0), 2, outputPadding: (1, 0)),
            new(2, 2, 3, 4)),
        ["Conv2D that does not reach the end"] = (() => new Conv2D(2, 3, (2, 1), (3, 2)), new(2, 2, 7, 6)),
        ["Residual that knows labels"] = (
            () => new Residual(new Sequential(new ConditionalBatchNorm2D(3, 4)), new Concat(new Conv2D(3, 2, 1), new Conv2D(3, 1, 1))),
            new(3, 3, 2, 3)),
    };

    /// <summary>Makes a GAN, and the images in a batch.</summary>
    public static IReadOnlyDictionary<string, (Func<Gan> Make, Recipe? Recipe, int Batch)> All { get; } = Made();

    private static Dictionary<string, (Func<Gan>, Recipe?, int)> Made()
    {
        var all = new Dictionary<string, (Func<Gan>, Recipe?, int)>();
        void Add(string name, Preset preset, Func<Recipe, Recipe>? change = null)
        {
            Recipe recipe = Recipe.For(preset, width: preset == Preset.TfTutorial ? null : 3) with
            {
                LatentSize = 5,
                Image = new(1, 12, 9),
            };
            recipe = change?.Invoke(recipe) ?? recipe;
            all.Add(name, (() => Filled(recipe.CreateGan(initialize: false), withAverage: true), recipe, 4));
        }

        foreach (Preset preset in Enum.GetValues<Preset>())
        {
            Add($"{preset}", preset);
        }

        Add("Dcgan in colour, augmented", Preset.Dcgan, recipe => recipe with
        {
            Image = new(3, 20, 16),
            Augment = Augmentations.Color | Augmentations.Translation | Augmentations.Cutout,
        });
        Add("Sngan, nearest", Preset.Sngan, recipe => recipe with { Image = new(3, 11, 18), Upsampling = UpsamplingKind.Nearest });
        Add("R1, packed", Preset.R1, recipe => recipe with { Packing = 2 });
        Add("Residual, conditional", Preset.Residual, recipe => recipe with { Classes = 3, Image = new(3, 9, 16) });
        Add("TfTutorial, conditional and odd", Preset.TfTutorial, recipe => recipe with { Classes = 3, Image = new(1, 11, 8) });
        foreach ((string name, (Func<Module> make, Shape shape)) in ModuleCases.All.Concat(More))
        {
            all.Add($"module {name}", (() => Filled(Of(make(), shape)), null, shape.N));
        }

        return all;
    }

    /// <summary>A module as a generator, if it takes rows, or as a discriminator, if it takes images.</summary>
    private static Gan Of(Module module, Shape shape)
    {
        int classes = module.Descendants().Any(item => item is IClassConditional) ? 4 : 0;
        return shape.Rank == 2
            ? new Gan(module, new Flatten(), shape.C, classes, new(1, 1, 1))
            : new Gan(new Flatten(), module, 1, classes, new(shape.C, shape.H, shape.W));
    }

    private static Gan Filled(Gan gan, bool withAverage = false)
    {
        int number = 0;
        foreach (Module network in new[] { gan.Generator, gan.Discriminator })
        {
            foreach (Parameter parameter in network.Parameters)
            {
                Shape shape = parameter.Value.Shape;
                float deviation = shape.Rank == 1 ? 0.3f : 1 / MathF.Sqrt(shape.Count / shape.N);
                new RandomSource(3, $"{++number}").FillNormal(parameter.Value.Span, shape.Rank == 1 ? 0.5f : 0, deviation);
            }

            foreach (BatchNorm2D norm in network.Descendants().OfType<BatchNorm2D>())
            {
                new RandomSource(4, $"{++number}").FillNormal(norm.RunningMean.Span, 0, 0.3f);
                new RandomSource(5, $"{number}").FillUniform(norm.RunningVariance.Span, 0.5f, 2);
            }
        }

        if (withAverage)
        {
            gan.Average = new MovingAverage(gan.Generator, 0.5);
            gan.Average.Begin();
            foreach (NamedTensor tensor in gan.Average.State)
            {
                System.Numerics.Tensors.TensorPrimitives.Multiply<float>(tensor.Value.Span, 0.75f, tensor.Value.Span);
            }
        }

        return gan;
    }
}
