using System.Text.Json.Nodes;
using MiniGan.Cli.Watch;
using MiniGan.Runs;
using MiniGan.Tests.Runs;

namespace MiniGan.Tests.Cli;

/// <summary>A run of networks that somebody's program made, in the hands of this one.</summary>
public sealed class OwnRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public OwnRunTests() =>
        new TrainingRun(folder["runs/own"], SmallGan.Trainer(), SmallGan.Batches()) { ShowProgress = false, CheckpointEvery = 2 }.Train(5);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Watch_shows_it_with_its_networks()
    {
        WatchedRun run = new RunsFolder(folder["runs"]).Find("own")!;
        JsonNode data = JsonNode.Parse(run.Data()!)!, networks = JsonNode.Parse(run.Networks()!)!;
        Assert.Equal(("finished", 5, 5), ((string)data["state"]!, (int)data["step"]!, data["samples"]!.AsArray().Count));
        Assert.Empty(data["problems"]!.AsArray());
        Assert.Empty(data["checkpoints"]!.AsArray()); // nothing here could draw with them
        Assert.Null(data["configuration"]!["networks"]);
        Assert.Equal("BatchNorm2D", (string)networks["generator"]!["layers"]![2]!["name"]!);
        Assert.Contains("own data", (string)run.Summary()!["about"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_writes_its_page()
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "report", "own", "--out", "page.html");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("LeakyReLU", File.ReadAllText(folder["page.html"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Only that program can build them", "generate", "--checkpoint", "runs/own/checkpoint.safetensors")]
    [InlineData("Only that program can build them", "evaluate", "--checkpoint", "runs/own/checkpoint.safetensors")]
    [InlineData("only it can go on", "train", "--out", "runs/own", "--resume")]
    [InlineData("holds a run already", "train", "--out", "runs/own")]
    public void What_only_its_program_can_do_is_told(string expected, params string[] arguments)
    {
        byte[] before = File.ReadAllBytes(folder["runs/own/config.json"]);
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Equal(before, File.ReadAllBytes(folder["runs/own/config.json"]));
    }
}
