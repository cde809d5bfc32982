using MiniGan.Comparison;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.TorchSharp;

namespace MiniGan.Tests.Comparison;

public sealed class LiveComparisonTests
{
    public LiveComparisonTests() => TorchRuntime.Load();

    [LiveTheory]
    [InlineData("torch-layers.json")]
    [InlineData("keras-layers.json")]
    public void Layers_agree_with_TorchSharps(string file)
    {
        CaseFile cases = CaseFile.Read(Path.Combine(AppContext.BaseDirectory, "reference", file));
        CaseResult[] results = [.. LiveComparison.Compare(cases)];
        Assert.Equal(cases.Cases.Count, results.Length);
        Assert.All(results, result => Assert.True(result.Passed, $"{result.Name}: {result.Failure}"));
    }

    [LiveFact]
    public void A_case_that_TorchSharp_refuses_is_a_failure_with_its_words()
    {
        CaseFile cases = CaseFile.Read(Path.Combine(AppContext.BaseDirectory, "reference", "torch-layers.json"));
        LayerCase wrong = cases.Cases[0] with { X = new Tensor(new Shape(1, 9, 7, 8)) };
        CaseResult result = LiveComparison.Compare(cases with { Cases = [wrong] }).Single();
        Assert.False(result.Passed);
        Assert.Contains("refused", result.Failure, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => LiveComparison.Compare(null!));
    }

    [LiveFact]
    public void A_GAN_takes_the_same_steps_with_either_layers()
    {
        var configuration = new Recipe(Preset.Dcgan, width: 4, latentSize: 8, batchSize: 6, learningRate: 2e-4, beta1: 0.5, seed: 3);
        var random = new RandomSource(1, "reals");
        Batch[] reals = [.. Enumerable.Range(0, 20).Select(_ =>
        {
            var real = new Tensor(new Shape(6, 1, 28, 28));
            random.FillUniform(real.Span, -1, 1);
            return new Batch(real);
        })];
        Assert.All(LiveComparison.Train(configuration, reals), step =>
        {
            Assert.Equal(step.BuiltIn.DiscriminatorLoss, step.Custom.DiscriminatorLoss, 1e-3);
            Assert.Equal(step.BuiltIn.GeneratorLoss, step.Custom.GeneratorLoss, 1e-3);
        });
    }
}
