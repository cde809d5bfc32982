using System.Text.Json;
using MiniGan.Data;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Recipes;

public sealed class RecipeTests
{
    private static readonly Recipe Plain = new(Preset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1);

    public static TheoryData<Preset> Presets => [.. Enum.GetValues<Preset>()];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_survives_json(Preset preset)
    {
        var recipe = Recipe.For(preset, batchSize: 8, learningRate: 0.1234567890123, seed: ulong.MaxValue);
        Assert.Equal((preset, 8, 0.1234567890123, ulong.MaxValue), (recipe.Preset, recipe.BatchSize, recipe.LearningRate, recipe.Seed));
        Assert.Equal(recipe, Recipe.FromJson(recipe.ToJson()));
    }

    [Fact]
    public void Everything_survives_json()
    {
        Recipe everything = Plain with
        {
            DiscriminatorLearningRate = 0.5,
            Beta2 = 0.7,
            Optimizer = OptimizerKind.RmsProp,
            DecaySteps = 1_000_000_000_000,
            AverageDecay = 0.25,
            Loss = LossKind.NonSaturating,
            RealTarget = 0.9,
            Penalty = PenaltyKind.WganGp,
            PenaltyWeight = 12.5,
            PenaltyInterval = 3,
            DiscriminatorNormalization = NormalizationKind.Spectral,
            GeneratorConvolutions = 3,
            DiscriminatorHidden = 2,
            DiscriminatorSteps = 6,
            Packing = 2,
            Upsampling = UpsamplingKind.Nearest,
            Augment = Augmentations.Color | Augmentations.Cutout,
        };
        Assert.Equal(everything, Recipe.FromJson(everything.ToJson()));
        Recipe labelled = everything with { Packing = 1, Classes = 7, ConditionalNormalization = true };
        Assert.Equal(labelled, Recipe.FromJson(labelled.ToJson()));
        Assert.DoesNotContain("labels", labelled.ToJson(), StringComparison.Ordinal); // as before there were any
        labelled = labelled with { Labels = new LabelSet([1, 2, 3, 4, 5, 6, 26]) };
        Assert.Equal(labelled, Recipe.FromJson(labelled.ToJson()));
        foreach (string field in new[]
        {
            "\"discriminatorNormalization\": \"spectral\"", "\"upsampling\": \"nearest\"", "\"augment\": \"color, cutout\"",
        })
        {
            Assert.Contains(field, everything.ToJson(), StringComparison.Ordinal);
        }
    }

    /// <summary>Checkpoints of before there were other games have these fields only.</summary>
    [Fact]
    public void The_first_fields_are_enough()
    {
        const string old =
            """{ "preset": "dcgan", "width": 2, "latentSize": 3, "batchSize": 4, "learningRate": 0.01, "beta1": 0.5, "seed": 1, """ +
            """ "averageDecay": 0.999 }""";
        Assert.Equal(Plain with { AverageDecay = 0.999 }, Recipe.FromJson(old));
    }

    [Theory]
    [InlineData("\"preset\": \"dcgan\"", "\"preset\": 0")] // a name, not a number
    [InlineData("\"preset\": \"dcgan\"", "\"preset\": \"biggan\"")]
    [InlineData("\"preset\": \"dcgan\"", "\"preset\": null")]
    [InlineData("\"width\": 2,", "")] // one of the first fields
    [InlineData("\"width\": 2,", "\"width\": 2, \"width\": 3,")] // which of them?
    [InlineData("\"width\": 2,", "\"width\": 2, \"depth\": 3,")]
    [InlineData("\"width\": 2,", "\"width\": 0,")]
    public void Json_that_is_not_clear_is_refused(string part, string instead)
    {
        string json = Plain.ToJson();
        Assert.Contains(part, json, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Recipe.FromJson(json.Replace(part, instead, StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => Recipe.FromJson("null"));
    }

    [Fact]
    public void What_is_given_goes_before_the_presets_own_and_is_checked()
    {
        var given = Recipe.For(Preset.Dcgan, width: 7, batchSize: 9, learningRate: 0.25, seed: 11);
        Assert.Equal((7, 9, 0.25, 11ul), (given.Width, given.BatchSize, given.LearningRate, given.Seed));
        Assert.Throws<ArgumentException>(() => Recipe.For(Preset.TfTutorial, width: 32));
        Assert.Throws<ArgumentException>(() => Recipe.For((Preset)99));
    }

    [Fact]
    public void It_travels_in_metadata()
    {
        var recipe = Recipe.For(Preset.Sngan, width: 3);
        (string name, string json) = Assert.Single(recipe.Metadata);
        Assert.Equal(("recipe", recipe.ToJson()), (name, json));
        Assert.Equal(recipe, Recipe.FromMetadata(recipe.Metadata));
        Assert.Equal(recipe, Recipe.FromMetadata(new Dictionary<string, string> { ["configuration"] = json }));
        Assert.Equal(recipe, Recipe.FromMetadata(new Dictionary<string, string> { ["configuration"] = Plain.ToJson(), ["recipe"] = json }));
        Assert.Null(Recipe.FromMetadata(new Dictionary<string, string> { ["author"] = "me" }));
        Assert.Throws<FormatException>(() => Recipe.FromMetadata(new Dictionary<string, string> { ["recipe"] = "{}" }));
        Assert.Throws<ArgumentNullException>(() => Recipe.FromMetadata(null!));
        Assert.Throws<ArgumentNullException>(() => Recipe.LoadGan((GanCheckpoint)null!));
        Assert.DoesNotContain("metadata", json, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Images_have_a_shape_of_their_own()
    {
        Recipe colour = Plain with { Image = new ImageShape(3, 32, 64) };
        Assert.Equal(colour, Recipe.FromJson(colour.ToJson()));
        using JsonDocument json = JsonDocument.Parse(colour.ToJson());
        Assert.Equal(
            ["channels", "height", "width"], json.RootElement.GetProperty("image").EnumerateObject().Select(property => property.Name));
        string WithHeight(string instead) => Plain.ToJson().Replace("\"height\": 28,", instead, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Recipe.FromJson(WithHeight("")));
        Assert.Throws<FormatException>(() => Recipe.FromJson(WithHeight("\"height\": 28, \"depth\": 1,")));
        Assert.Equal(32, Recipe.FromJson(WithHeight("\"height\": 32,")).Image.Height);
        Gan gan = colour.CreateGan();
        Assert.Equal(new ImageShape(3, 32, 64), gan.ImageShape);
        Assert.Equal(new Shape(2, 3, 32, 64), gan.Generate(gan.Latents(2, new RandomSource(1, "z"))).Shape);
        colour.TrainerFor(gan).Step(Values.Normal(new Shape(4, 3, 32, 64), "real"));
    }

    /// <summary>A recipe decides everything: the same one builds the same networks, with the weights of its seed.</summary>
    [Theory]
    [MemberData(nameof(Presets))]
    public void Networks_have_the_weights_of_the_seed(Preset preset)
    {
        Recipe recipe = Recipe.For(preset, preset == Preset.TfTutorial ? null : 2, seed: 3);
        float[] Weights(Recipe of) => [.. of.CreateGan().State.SelectMany(item => item.Value.ToRowMajor())];
        float[] weights = Weights(recipe);
        RandomSource.Default = new RandomSource(77, "weights"); // not from there
        Assert.Equal(weights, Weights(recipe));
        Assert.NotEqual(weights, Weights(recipe with { Seed = 4 }));
    }

    [Fact]
    public void Values_out_of_their_range_are_refused()
    {
        Func<Recipe>[] wrong =
        [
            () => Plain with { Preset = (Preset)77 }, () => Plain with { Width = 0 }, () => Plain with { Width = 1025 },
            () => Plain with { LatentSize = 0 }, () => Plain with { LatentSize = 4097 },
            () => Plain with { BatchSize = 0 }, () => Plain with { BatchSize = 65537 }, () => Plain with { LearningRate = 0 },
            () => Plain with { LearningRate = double.NaN },
            () => Plain with { DiscriminatorLearningRate = -1 }, () => Plain with { Beta1 = 1 }, () => Plain with { Beta2 = 1 },
            () => Plain with { Beta2 = -0.1 },
            () => Plain with { Optimizer = (OptimizerKind)9 }, () => Plain with { DecaySteps = -1 }, () => Plain with { AverageDecay = 1 },
            () => Plain with { Loss = (LossKind)9 },
            () => Plain with { RealTarget = 0 }, () => Plain with { RealTarget = 1.1 }, () => Plain with { RealTarget = double.NaN },
            () => Plain with { Penalty = (PenaltyKind)9 },
            () => Plain with { PenaltyWeight = -1 }, () => Plain with { PenaltyWeight = double.PositiveInfinity },
            () => Plain with { PenaltyInterval = 0 },
            () => Plain with { DiscriminatorNormalization = (NormalizationKind)9 }, () => Plain with { GeneratorConvolutions = -1 },
            () => Plain with { GeneratorConvolutions = 17 }, () => Plain with { DiscriminatorHidden = -1 },
            () => Plain with { DiscriminatorHidden = 4097 }, () => Plain with { DiscriminatorSteps = 0 }, () => Plain with { Packing = 0 },
            () => Plain with { Packing = 65 },
            () => Plain with { Classes = 1 }, () => Plain with { Classes = 257 }, () => Plain with { Classes = -1 },
            () => Plain with { Image = new ImageShape(0, 28, 28) }, () => Plain with { Image = new ImageShape(5, 28, 28) },
            () => Plain with { Image = new ImageShape(1, 7, 28) }, () => Plain with { Image = new ImageShape(1, 28, 7) },
            () => Plain with { Upsampling = (UpsamplingKind)2 }, () => Plain with { Augment = (Augmentations)8 },
            () => Plain with { Image = new ImageShape(1, 28, 1028) }, () => Plain with { Image = default },
        ];
        Assert.All(wrong, make => Assert.Throws<ArgumentException>(make));
    }

    [Fact]
    public void Values_that_do_not_fit_together_are_refused_before_anything_is_built()
    {
        Recipe tutorial = Recipe.For(Preset.TfTutorial), residual = Recipe.For(Preset.Residual);
        foreach ((string expected, Recipe wrong) in new[]
        {
            ("width 64", tutorial with { Width = 32 }), ("at least 2", tutorial with { BatchSize = 1 }),
            ("neither further", tutorial with { DiscriminatorHidden = 1 }),
            ("neither further", tutorial with { GeneratorConvolutions = 1 }),
            ("no spectral", tutorial with { DiscriminatorNormalization = NormalizationKind.Spectral }),
            ("make one of them smaller", Plain with { Width = 1024, BatchSize = 60000 }),
            ("smoothing", Plain with { Loss = LossKind.Hinge, RealTarget = 0.9 }),
            ("whole batch", Plain with { Penalty = PenaltyKind.R1 }), ("packs of 3", Plain with { Packing = 3 }),
            ("not both", Plain with { Packing = 2, Classes = 10 }),
            ("each of the 3 classes", Plain with { Classes = 3, Labels = new LabelSet([1, 2]) }),
            ("each of the 0 classes", Plain with { Labels = new LabelSet([1, 2]) }),
            ("transposed convolutions, not nearest", tutorial with { Upsampling = UpsamplingKind.Nearest }),
            ("nearest upsampling, not transposed", residual with { Upsampling = UpsamplingKind.Transposed }),
            ("one normalisation for all labels", tutorial with { Classes = 10, ConditionalNormalization = true }),
            ("always told its labels", residual with { Classes = 10, ConditionalNormalization = true }),
            ("needs labels", Plain with { ConditionalNormalization = true }),
            ("residual networks have neither", residual with { GeneratorConvolutions = 1 }),
            ("residual networks have neither", residual with { DiscriminatorHidden = 1 }),
            ("residual discriminator has no batch", residual with { DiscriminatorNormalization = NormalizationKind.Batch }),
            ("make one of them smaller", residual with { Image = new ImageShape(3, 1024, 1024) }),
            ("make one of them smaller", Plain with { BatchSize = 65536, Image = new ImageShape(4, 128, 128), Width = 1 }),
        })
        {
            Assert.Contains(expected, Assert.Throws<ArgumentException>(wrong.Check).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => wrong.CreateGan());
            Assert.Contains(
                expected, Assert.Throws<FormatException>(() => Recipe.FromJson(wrong.ToJson())).Message, StringComparison.Ordinal);
        }
    }
}
