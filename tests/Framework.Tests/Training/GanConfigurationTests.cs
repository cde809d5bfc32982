using MiniGan.Data;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class GanConfigurationTests
{
    private static readonly GanConfiguration Plain = new(GanPreset.Dcgan, 2, 3, 4, 1e-2, 0.5, 1);

    public static TheoryData<GanPreset> Presets => [.. Enum.GetValues<GanPreset>()];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_survives_json(GanPreset preset)
    {
        var configuration = GanConfiguration.For(preset, batchSize: 8, learningRate: 0.1234567890123, seed: ulong.MaxValue);
        Assert.Equal((preset, 8, 0.1234567890123, ulong.MaxValue), (configuration.Preset, configuration.BatchSize, configuration.LearningRate, configuration.Seed));
        Assert.Equal(configuration, GanConfiguration.FromJson(configuration.ToJson()));
    }

    [Fact]
    public void Everything_survives_json()
    {
        GanConfiguration everything = Plain with
        {
            DiscriminatorLearningRate = 0.5,
            Beta2 = 0.7,
            Optimizer = OptimizerKind.RmsProp,
            DecaySteps = 1_000_000_000_000,
            AverageDecay = 0.25,
            Loss = LossKind.NonSaturating,
            RealTarget = 0.9,
            Penalty = PenaltyKind.Lipschitz,
            PenaltyWeight = 12.5,
            PenaltyInterval = 3,
            DiscriminatorNormalization = NormalizationKind.Spectral,
            GeneratorConvolutions = 3,
            DiscriminatorHidden = 2,
            DiscriminatorSteps = 6,
            Packing = 2,
        };
        Assert.Equal(everything, GanConfiguration.FromJson(everything.ToJson()));
        GanConfiguration labelled = everything with { Packing = 1, Classes = 7 };
        Assert.Equal(labelled, GanConfiguration.FromJson(labelled.ToJson()));
        Assert.DoesNotContain("labels", labelled.ToJson(), StringComparison.Ordinal); // as before there were any
        labelled = labelled with { Labels = new LabelSet([1, 2, 3, 4, 5, 6, 26]) };
        Assert.Equal(labelled, GanConfiguration.FromJson(labelled.ToJson()));
        Assert.Contains("\"discriminatorNormalization\": \"spectral\"", everything.ToJson(), StringComparison.Ordinal);
    }

    /// <summary>Checkpoints of before there were other games have these fields only.</summary>
    [Fact]
    public void The_first_fields_are_enough()
    {
        const string old = """{ "preset": "dcgan", "width": 2, "latentSize": 3, "batchSize": 4, "learningRate": 0.01, "beta1": 0.5, "seed": 1, "averageDecay": 0.999 }""";
        Assert.Equal(Plain with { AverageDecay = 0.999 }, GanConfiguration.FromJson(old));
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
        Assert.Throws<FormatException>(() => GanConfiguration.FromJson(json.Replace(part, instead, StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => GanConfiguration.FromJson("null"));
    }

    [Fact]
    public void What_is_given_goes_before_the_presets_own_and_is_checked()
    {
        var given = GanConfiguration.For(GanPreset.Dcgan, width: 7, batchSize: 9, learningRate: 0.25, seed: 11);
        Assert.Equal((7, 9, 0.25, 11ul), (given.Width, given.BatchSize, given.LearningRate, given.Seed));
        Assert.Throws<ArgumentException>(() => GanConfiguration.For(GanPreset.TfTutorial, width: 32));
        Assert.Throws<ArgumentException>(() => GanConfiguration.For((GanPreset)99));
    }

    [Fact]
    public void Values_out_of_their_range_are_refused()
    {
        Func<GanConfiguration>[] wrong =
        [
            () => Plain with { Preset = (GanPreset)77 }, () => Plain with { Width = 0 }, () => Plain with { Width = 1025 }, () => Plain with { LatentSize = 0 }, () => Plain with { LatentSize = 4097 },
            () => Plain with { BatchSize = 0 }, () => Plain with { BatchSize = 65537 }, () => Plain with { LearningRate = 0 }, () => Plain with { LearningRate = double.NaN },
            () => Plain with { DiscriminatorLearningRate = -1 }, () => Plain with { Beta1 = 1 }, () => Plain with { Beta2 = 1 }, () => Plain with { Beta2 = -0.1 },
            () => Plain with { Optimizer = (OptimizerKind)9 }, () => Plain with { DecaySteps = -1 }, () => Plain with { AverageDecay = 1 }, () => Plain with { Loss = (LossKind)9 },
            () => Plain with { RealTarget = 0 }, () => Plain with { RealTarget = 1.1 }, () => Plain with { RealTarget = double.NaN }, () => Plain with { Penalty = (PenaltyKind)9 },
            () => Plain with { PenaltyWeight = -1 }, () => Plain with { PenaltyWeight = double.PositiveInfinity }, () => Plain with { PenaltyInterval = 0 },
            () => Plain with { DiscriminatorNormalization = (NormalizationKind)9 }, () => Plain with { GeneratorConvolutions = -1 }, () => Plain with { GeneratorConvolutions = 17 }, () => Plain with { DiscriminatorHidden = -1 }, () => Plain with { DiscriminatorHidden = 4097 }, () => Plain with { DiscriminatorSteps = 0 }, () => Plain with { Packing = 0 }, () => Plain with { Packing = 65 },
            () => Plain with { Classes = 1 }, () => Plain with { Classes = 257 }, () => Plain with { Classes = -1 },
        ];
        Assert.All(wrong, make => Assert.Throws<ArgumentException>(make));
    }

    [Fact]
    public void Values_that_do_not_fit_together_are_refused_before_anything_is_built()
    {
        var tutorial = GanConfiguration.For(GanPreset.TfTutorial);
        foreach ((string expected, GanConfiguration wrong) in new[]
        {
            ("width 64", tutorial with { Width = 32 }), ("at least 2", tutorial with { BatchSize = 1 }), ("neither further", tutorial with { DiscriminatorHidden = 1 }), ("neither further", tutorial with { GeneratorConvolutions = 1 }), ("no spectral", tutorial with { DiscriminatorNormalization = NormalizationKind.Spectral }),
            ("make one of them smaller", Plain with { Width = 1024, BatchSize = 60000 }), ("smoothing", Plain with { Loss = LossKind.Hinge, RealTarget = 0.9 }),
            ("whole batch", Plain with { Penalty = PenaltyKind.R1 }), ("packs of 3", Plain with { Packing = 3 }), ("not both", Plain with { Packing = 2, Classes = 10 }),
            ("each of the 3 classes", Plain with { Classes = 3, Labels = new LabelSet([1, 2]) }), ("each of the 0 classes", Plain with { Labels = new LabelSet([1, 2]) }),
        })
        {
            Assert.Contains(expected, Assert.Throws<ArgumentException>(wrong.Check).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => GanModel.Create(wrong));
            Assert.Contains(expected, Assert.Throws<FormatException>(() => GanConfiguration.FromJson(wrong.ToJson())).Message, StringComparison.Ordinal);
        }
    }
}
