using System.Text.Json.Nodes;
using Jint;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Runs;
using MiniGan.Runs.Reports;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Report;

/// <summary>What the page says of a run's state, by the very text that the page holds.</summary>
public sealed class VerdictTests : IDisposable
{
    private readonly Engine engine = new();

    public VerdictTests()
    {
        foreach (string name in new[] { "format.js", "curves.js", "verdict.js" })
        {
            engine.Execute(OnePage.Resource($"report/{name}"));
        }

        // A run of so many steps, whose columns begin and end with these values and turn in the middle.
        engine.Execute("""
            function said({
              loss = "non-saturating", steps = 200, real = [0.5, 0.5], fake = [0.5, 0.5], d = 1, g = 1, precision, recall, realTarget,
            }) {
              const step = Array.from({ length: steps }, (_, i) => i + 1), early = i => i < steps / 2 ? 0 : 1;
              const column = f => ({ mean: step.map((_, i) => f(i)) });
              const last = value => i => i === steps - 1 ? value : 1;
              const losses = { step, columns: {
                real_score: column(i => real[early(i)]), fake_score: column(i => fake[early(i)]),
                discriminator_loss: column(last(d)), generator_loss: column(last(g)),
              } };
              const evaluation = precision === undefined ? null
                : { step: [100, steps], columns: { precision: { mean: [0.9, precision] }, recall: { mean: [0.9, recall] } } };
              const result = verdict.of({ losses, evaluation, configuration: { gan: { loss, realTarget } } });
              return result === null ? "" : `${result.kind}: ${result.text}`;
            }
            """);
    }

    public void Dispose() => engine.Dispose();

    [Theory]
    [InlineData("{}", "good: D can hardly tell them apart (D(x) 0.5, D(G(z)) 0.5): healthy")]
    [InlineData("{ real: [0.99, 0.59], fake: [0.01, 0.41] }", "good: D can hardly")]
    [InlineData("{ real: [0.5, 0.61], fake: [0.5, 0.39] }", "plain: D is ahead (D(x) 0.61, D(G(z)) 0.39)")]
    [InlineData("{ real: [0.5, 0.94], fake: [0.5, 0.05] }", "plain: D is ahead")]
    [InlineData("{ real: [0.5, 0.97], fake: [0.5, 0.03] }", "bad: D wins")]
    [InlineData("{ real: [0.5, 0.88], fake: [0.5, 0.03], realTarget: 0.9 }", "bad: D wins")]
    [InlineData("{ real: [0.5, 0.3], fake: [0.5, 0.7] }", "bad: D is worse than a guess")]
    [InlineData("{ loss: 'least-squares', real: [0, 0.97], fake: [0, 0.03] }", "bad: D wins")]
    [InlineData("{ loss: 'hinge', real: [0, 0.6], fake: [0, -0.6] }", "plain: D is ahead")]
    [InlineData("{ loss: 'hinge', real: [0, 0.15], fake: [0, -0.15] }", "good: D can hardly")]
    [InlineData("{ loss: 'hinge', real: [0, 1.1], fake: [0, -1] }", "bad: D wins")]
    [InlineData("{ steps: 99, real: [0.5, 0.97], fake: [0.5, 0.03] }", "")] // too early to tell
    [InlineData("{ loss: undefined }", "good: D can hardly")] // the usual loss of the helper
    [InlineData("{ loss: 'own' }", "")]
    [InlineData("{ loss: 'constructor' }", "")]
    [InlineData(
        "{ loss: 'wasserstein', real: [5, 3], fake: [-5, 1] }",
        "good: The critic's distance falls: it puts real and generated images 2 apart, at most 10.")]
    [InlineData("{ loss: 'wasserstein', real: [5, 5], fake: [-5, -4] }", "plain: The critic's distance does not fall yet")]
    [InlineData("{ loss: 'wasserstein', real: [0.5, 0.97], fake: [0.5, 0.97] }", "")] // no distance at all: nothing to say
    [InlineData("{ d: null }", "bad: Diverged")]
    [InlineData("{ g: null, steps: 3 }", "bad: Diverged")]
    [InlineData("{ loss: 'own', g: null }", "bad: Diverged")]
    [InlineData("{ g: 1001 }", "bad: Diverging")]
    [InlineData("{ d: -1001, loss: 'hinge' }", "bad: Diverging")]
    [InlineData("{ g: 999 }", "good: D can hardly")]
    [InlineData("{ g: 5000, loss: 'wasserstein', real: [5, 3], fake: [-5, 1] }", "good: The critic's")] // no scale
    [InlineData(
        "{ precision: 0.6, recall: 0.01 }",
        "bad: Samples have become alike: 60 % look real (precision), yet they cover 1 % of the real images (recall, step 200): mode ")]
    [InlineData("{ precision: 0.1, recall: 0.01 }", "good: D can hardly")] // bad samples are no collapse
    [InlineData("{ precision: 0.6, recall: 0.3 }", "good: D can hardly")]
    [InlineData("{ precision: null, recall: null }", "good: D can hardly")]
    [InlineData("{ real: [0.5, null] }", "")]
    public void It_says_what_was_measured(string run, string expected)
    {
        string said = engine.Evaluate($"said({run})").AsString();
        Assert.StartsWith(expected, said, StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0, said.Length == 0);
        Assert.Equal(expected.StartsWith("bad", StringComparison.Ordinal), said.Contains("Try ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ loss: 'non-saturating' }", "1.3863 0.6931 | 0.5")]
    [InlineData("{ loss: 'non-saturating', realTarget: 0.9 }", " | ")]
    [InlineData("{ loss: 'least-squares' }", " | 0.5")]
    [InlineData("{ loss: 'hinge' }", " | ")]
    [InlineData("{ loss: 'wasserstein' }", " | ")]
    [InlineData("{}", " | ")]
    public void Only_losses_that_have_a_balance_have_a_line_there(string gan, string expected) => Assert.Equal(
        expected,
        engine.Evaluate($$"""
            (({ losses, scores }) => [losses, scores].map(list => list.map(line => Number(line.value.toFixed(4))).join(" ")).join(" | "))
              (verdict.references({{gan}}))
            """).AsString());

    /// <summary>At its last step, too: it is not finished.</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(4)]
    public void A_run_that_diverged_leaves_what_says_so(long steps)
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = Recipe.For(Preset.Dcgan, width: 2) with { Image = new(1, 8, 8), LatentSize = 2 };
        var batches = new GeneratedBatches(number =>
        {
            var images = new Tensor(recipe.Image.Batch(4));
            images.Span.Fill(number < 3 ? 0.5f : float.NaN);
            return images;
        });
        Assert.Throws<DivergedException>(() =>
            new TrainingRun(folder["run"], recipe.TrainerFor(recipe.CreateGan()), batches) { ShowProgress = false }.Train(steps));
        JsonNode run = new RunReader(folder["run"]).Read(5, sample => "")!;
        Assert.Equal("stopped", (string)run["state"]!);
        Assert.Equal("stopped", (string)new RunReader(folder["run"]).Summary()!["state"]!);
        Assert.Equal("[1,2,3,4]", run["losses"]!["step"]!.ToJsonString());
        engine.SetValue("run", run.ToJsonString());
        Assert.StartsWith("Diverged", engine.Evaluate("verdict.of(JSON.parse(run)).text").AsString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_of_nothing() =>
        Assert.True(engine.Evaluate("verdict.of({ losses: null, evaluation: null, configuration: { gan: {} } })").IsNull());
}
