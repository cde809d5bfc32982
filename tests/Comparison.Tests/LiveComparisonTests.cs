using MiniGan.Comparison;
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
}
