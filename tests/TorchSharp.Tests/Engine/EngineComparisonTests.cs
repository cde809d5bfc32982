using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Comparing;
using MiniGan.TorchSharp.Networks;
using MiniGan.Training;
using Module = MiniGan.Modules.Module;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Engine;

/// <summary>Every game, step by step, on both engines from the same state, and every module of its networks.</summary>
public sealed class EngineComparisonTests
{
    public static TheoryData<string> Names => [.. Games.All.Keys, .. SampleGames.All.Keys];

    [LiveTheory]
    [MemberData(nameof(Names))]
    public void Both_engines_take_the_same_steps(string name)
    {
        (Func<GanTrainer> make, int size) = Of(name);
        using var comparison = new EngineComparison(make, SampleGames.Translations);
        EngineStep[] steps = [.. Games.Batches(comparison.Managed, size).Take(7).Select(comparison.Step)];
        IReadOnlyList<EngineDifference> verdict = EngineComparison.Summarize(steps);
        Assert.All(verdict, difference => Assert.True(difference.Passed, $"{difference}"));
        Assert.Superset(
            new HashSet<string> { "losses", "scores", "generator gradients", "discriminator gradients", "weights" },
            verdict.Select(difference => difference.Quantity).ToHashSet());
        Assert.Equal(comparison.Managed.Penalties.Count > 0, verdict.Any(difference => difference.Quantity == "penalty"));
        Assert.Equal(comparison.Managed.Average > 0, verdict.Any(difference => difference.Quantity == "averages"));
        Assert.Equal(Enumerable.Range(1, 7), steps.Select(step => (int)step.Managed.Step));
    }

    [LiveTheory]
    [MemberData(nameof(Names))]
    public void Every_module_of_a_network_agrees_on_what_it_gets_there(string name)
    {
        (Func<GanTrainer> make, int size) = Of(name);
        Gan gan = make().Gan;
        Batch[] batches = [.. Games.Batches(make(), size).Take(2)];
        Tensor[] latents = [.. batches.Select((_, i) => gan.Latents(size, new RandomSource(1, $"{i}")))];
        int[] labels = batches[0].Labels.ToArray();
        ModuleDifference[] differences =
        [
            .. NetworkComparison.Of("generator", gan.Generator, latents, labels, SampleGames.Translations),
            .. NetworkComparison.Of(
                "discriminator", gan.Discriminator, [.. batches.Select(batch => batch.Images)], labels, SampleGames.Translations),
        ];
        Assert.All(differences, difference => Assert.True(difference.Passed, $"{difference}"));
        Assert.Equal(differences.Length, differences.Select(difference => difference.Place).Distinct().Count());
    }

    [LiveFact]
    public void A_wrong_derivative_is_found_in_its_place_and_in_each_step()
    {
        using var comparison = new EngineComparison(() => Wrong().Trainer, Wrong().Translations);
        EngineStep[] steps = [.. Games.Batches(comparison.Managed, 3).Take(3).Select(comparison.Step)];
        EngineDifference[] failed = [.. EngineComparison.Summarize(steps).Where(difference => !difference.Passed)];
        Assert.Equal(["generator gradients", "discriminator gradients", "moments"], failed.Select(difference => difference.Quantity));
        Assert.All(failed, difference => Assert.True(difference.Managed > 0.1 && difference.TorchSharp < 1e-3));
        Assert.Contains("(!)", failed[0].ToString(), StringComparison.Ordinal);
        Assert.StartsWith("step 1: losses ", steps[0].ToString(), StringComparison.Ordinal);

        (GanTrainer trainer, TorchTranslations translations) = Wrong();
        Tensor x = Games.Batches(trainer, 3).First().Images;
        ModuleDifference wrong = Assert.Single(
            NetworkComparison.Of("D", trainer.Gan.Discriminator, [x, x.Clone()], translations: translations),
            difference => !difference.Passed);
        Assert.Equal(("D.2", "dx"), (wrong.Place, wrong.Quantity));
        Assert.Equal("D.2 Half: dx 1.0E+00", $"{wrong}");

        // A fresh one each time: a GanTrainer takes its networks for itself.
        static (GanTrainer Trainer, TorchTranslations Translations) Wrong()
        {
            RandomSource.Default = new RandomSource(1, "weights");
            return (
                new GanTrainer(
                    new Gan(
                        new Sequential(new Linear(2, 4), new Reshape(1, 2, 2), new Tanh()),
                        new Sequential(new Flatten(), new Linear(4, 5), new Half(), new Linear(5, 1)), latentSize: 2),
                    new MiniGan.Losses.NonSaturatingLoss(), new MiniGan.Optimizers.Adam(), new MiniGan.Optimizers.Adam()),
                new TorchTranslations().Add<Half>((_, _) => x => x / 2));
        }
    }

    /// <summary>One step of chance among three is none; of two kinds of steps the worse counts.</summary>
    [Fact]
    public void The_verdict_is_the_median_of_the_worst_kind()
    {
        static EngineStep Step(string kind, double value) => new(default, default, kind, [new("g", "", value, 1e-3, value, 0)]);
        Assert.Equal(1e-6, EngineComparison.Summarize([Step("", 1e-6), Step("", 1), Step("", 0)]).Single().Value);
        Assert.Equal(
            0.5, EngineComparison.Summarize([Step("", 0), Step("", 0), Step("", 0), Step("R1", 0.5), Step("R1", 2)]).Single().Value);
        Assert.False(EngineComparison.Summarize([Step("", double.NaN)]).Single().Passed);
        Assert.False(EngineComparison.Summarize([Step("", 0), Step("R1", double.NaN)]).Single().Passed);
        Assert.False(EngineComparison.Summarize([Step("", 1), Step("", double.NaN), Step("", double.NaN)]).Single().Passed);
    }

    [LiveFact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new EngineComparison(null!));
        Assert.Throws<ArgumentNullException>(() => EngineComparison.Summarize(null!));
        Assert.Throws<ArgumentNullException>(() => NetworkComparison.Of("x", null!, []));
        Assert.Throws<ArgumentNullException>(() => NetworkComparison.Of("x", new Tanh(), null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => NetworkComparison.Of("x", new Tanh(), []));
    }

    private static (Func<GanTrainer> Make, int Batch) Of(string name) =>
        Games.All.TryGetValue(name, out (Func<GanTrainer>, int) game) ? game : SampleGames.All[name];

    /// <summary>y = x / 2, whose Backward forgets the half.</summary>
    private sealed class Half : Module
    {
        public override Tensor Forward(Tensor x)
        {
            Tensor y = x.Clone();
            foreach (ref float value in y.Span)
            {
                value /= 2;
            }

            return y;
        }

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => dy.Clone();
    }
}
