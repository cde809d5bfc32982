using MiniGan.TorchSharp.Comparing;
using MiniGan.Training;

namespace MiniGan.Tests.Engine;

/// <summary>Every game, step by step, on both engines from the same state.</summary>
public sealed class EngineComparisonTests
{
    public static TheoryData<string> Names => [.. Games.All.Keys];

    [LiveTheory]
    [MemberData(nameof(Names))]
    public void Both_engines_take_the_same_steps(string name)
    {
        (Func<GanTrainer> make, int size) = Games.All[name];
        using var comparison = new EngineComparison(make);
        EngineStep[] steps = [.. Games.Batches(comparison.Managed, size).Take(7).Select(comparison.Step)];
        IReadOnlyList<EngineDifference> verdict = EngineComparison.Summarize(steps);
        Console.WriteLine($"{name}: {string.Join(", ", verdict)}");
        Assert.All(verdict, difference => Assert.True(difference.Passed, $"{difference}"));
    }
}
