using Jint;
using MiniGan.Runs.Reports;

namespace MiniGan.Tests.Cli.Report;

/// <summary>The order of the list of runs, by the very text that the page holds.</summary>
public sealed class ListingTests : IDisposable
{
    private readonly Engine engine = new();

    public ListingTests()
    {
        engine.Execute(OnePage.Resource("report/format.js"));
        engine.Execute(OnePage.Resource("report/listing.js"));
        engine.Execute("""
            const runs = [
              { name: "a", about: "dcgan, width 8", state: "stopped", step: 5, changed: 3, tags: ["Good one", "x"], notes: "by Hand",
                figures: { frechet_distance: 9, recall: 0.5 } },
              { name: "b", about: "", state: "training", step: 9, changed: 1, figures: { recall: 0.75 } },
              { name: "c", about: "", state: "finished", step: 5, changed: 4, figures: { frechet_distance: 2, precision: 0.125 } },
              { name: "d", about: "", state: "damaged", step: 0, changed: 0 },
            ];
            const order = by => listing.sorted(runs, by).map(({ name }) => name).join("");
            const found = filter => runs.filter(run => listing.fits(run, filter)).map(({ name }) => name).join("");
            """);
    }

    public void Dispose() => engine.Dispose();

    [Theory]
    [InlineData("newest", "bcad")]
    [InlineData("name", "abcd")]
    [InlineData("step", "bacd")]
    [InlineData("frechet_distance", "cabd")]
    [InlineData("recall", "bacd")]
    [InlineData("precision", "cabd")]
    [InlineData("seconds", "abcd")]
    public void Runs_are_sorted_the_best_first(string by, string expected) =>
        Assert.Equal(expected, engine.Evaluate($"order('{by}')").AsString());

    [Theory]
    [InlineData("", "abcd")]
    [InlineData("#good one", "a")]
    [InlineData("#X hand", "a")]
    [InlineData("#good", "")]
    [InlineData("hand", "a")]
    [InlineData("DCGAN stopped", "a")]
    [InlineData("dcgan finished", "")]
    public void Every_word_of_the_filter_must_fit(string filter, string expected) =>
        Assert.Equal(expected, engine.Evaluate($"found('{filter}')").AsString());

    [Fact]
    public void The_figure_is_told() => Assert.Equal(
        "Fréchet distance 9; Fréchet distance –; precision 12.5 %; ",
        engine.Evaluate("""
            [listing.figure(runs[0], "frechet_distance"), listing.figure(runs[1], "frechet_distance"), listing.figure(runs[2], "precision"),
              listing.figure(runs[2], "name")].join("; ")
            """).AsString());
}
