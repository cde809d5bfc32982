using System.Text.Json.Nodes;
using MiniGan.Runs.Reports;

namespace MiniGan.Tests.Runs;

/// <summary>What the list of runs tells of each, from little reading.</summary>
public sealed class RunSummaryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public RunSummaryTests()
    {
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(folder["run/config.json"], """{"gan": {}}""");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_has_the_last_figures_of_all_logs()
    {
        File.WriteAllText(folder["run/losses.csv"], $"step,discriminator_loss,generator_loss\n{Lines(500)}900,1.5,NaN\n901,7");
        File.WriteAllText(folder["run/evaluation.csv"], "step,frechet_distance,recall\r\n500,12.5,0.25\r\n");
        JsonObject summary = Summary();
        Assert.Equal(900, (long)summary["step"]!);
        Assert.Equal("""{"discriminator_loss":1.5,"frechet_distance":12.5,"recall":0.25}""", summary["figures"]!.ToJsonString());
        File.AppendAllText(folder["run/losses.csv"], ",8\n");
        Assert.Equal(
            """{"discriminator_loss":7,"generator_loss":8,"frechet_distance":12.5,"recall":0.25}""",
            Summary()["figures"]!.ToJsonString());

        static string Lines(int count) => string.Concat(Enumerable.Range(1, count).Select(step => $"{step},0.1,0.2\n"));
    }

    [Theory]
    [InlineData("", "[]", "")]
    [InlineData(""", "tags": ["a", "b c"], "notes": "as it was" """, """["a","b c"]""", "as it was")]
    [InlineData(""", "tags": [1, null, {}, "", ["x"], "b"], "notes": {} """, """["1","b"]""", "")]
    [InlineData(""", "tags": "a", "notes": 7 """, "[]", "7")]
    public void Tags_and_notes_are_read_leniently(string more, string tags, string notes)
    {
        File.WriteAllText(folder["run/config.json"], $$"""{"gan": {}, "machine": {"processor": []}{{more}}}""");
        JsonObject run = new RunReader(folder["run"]).Read(5, sample => "")!;
        foreach (JsonObject told in new[] { Summary(), run })
        {
            Assert.Equal(tags, told["tags"]!.ToJsonString());
            Assert.Equal(notes, (string)told["notes"]!);
        }

        Assert.Equal("""{"gan":{},"machine":{"processor":[]}}""", run["configuration"]!.ToJsonString());
    }

    [Fact]
    public void Long_ones_are_cut_in_the_list()
    {
        string many = string.Join(',', Enumerable.Repeat($"\"{new string('t', 60)}\"", 30));
        File.WriteAllText(folder["run/config.json"], $$"""{"gan": {}, "tags": [{{many}}], "notes": "{{new string('n', 300)}}"}""");
        JsonObject summary = Summary();
        Assert.Equal(20, summary["tags"]!.AsArray().Count);
        Assert.Equal(51, ((string)summary["tags"]![0]!).Length);
        Assert.Equal(201, ((string)summary["notes"]!).Length);
    }

    private JsonObject Summary() => new RunReader(folder["run"]).Summary()!;
}
