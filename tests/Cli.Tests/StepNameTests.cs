using System.Text.Json.Nodes;
using MiniGan.Cli.Watch;
using MiniGan.Runs.Logs;
using MiniGan.Runs.Reports;
using MiniGan.Tests.Runs;

namespace MiniGan.Tests.Cli;

public sealed class StepNameTests : IDisposable
{
    private static readonly long[] Steps = [9, 999_999, 1_000_000, 10_000_000, 999_999_999_999];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_of_steps_are_ordered_by_their_number()
    {
        foreach (string name in new[]
        {
            "step-1000000.png", "step-999999.png", "step-2.png", "step-000010.png", "step-.png", "step-x.png", "step-1.jpg",
            "step-1.png.part", "step--1.png", "step-1234567890123456789.png", "xstep-3.png",
        })
        {
            File.WriteAllText(folder[name], "");
        }

        Assert.Equal(
            [(2, "step-2.png"), (10, "step-000010.png"), (999_999, "step-999999.png"), (1_000_000, "step-1000000.png")],
            StepName.FilesIn(folder.Path, ".png").Select(file => (file.Step, Path.GetFileName(file.Path))));
        Assert.Empty(StepName.FilesIn(folder["nowhere"], ".png"));
        Assert.Equal(
            [7L, 123_456_789_012_345_678, null, null, null],
            new[] { "step-000007", "step-123456789012345678", "step-1 ", "step-1\n", "Step-1" }.Select(StepName.StepOf));
    }

    [Fact]
    public void Milestones_are_1_2_and_5_of_each_power_of_ten() =>
        Assert.Equal(
            [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
            Enumerable.Range(-3, 1005).Where(step => StepName.IsMilestone(step)));

    /// <summary>However many there are, the first ones, between which most happens, are not left out.</summary>
    [Fact]
    public void Of_too_many_samples_the_milestones_are_kept_and_others_evenly()
    {
        SampleFile[] all = [.. Enumerable.Range(0, 10_001).Select(step => new SampleFile(step, ""))];
        long[] some = [.. SampleFile.Spread(all, 24).Select(sample => sample.Step)];
        Assert.Equal(24, some.Distinct().Count());
        Assert.Equal([0, 1, 2, 5, 10, 20, 50, 100, 200, 500], some[..10]);
        Assert.Equal(some.Order(), some);
        Assert.Equal(10_000, some[^1]);
        Assert.InRange(some.Zip(some.Skip(1), (a, b) => b - a).Max(), 900, 1100);
        Assert.Equal(all[..20], SampleFile.Spread(all[..20], 20));
    }

    [Fact]
    public void So_are_the_checkpoints_that_watch_lists_and_the_samples_of_a_report()
    {
        string run = RunFixture.Make(folder, "runs/run", steps: 0);
        Directory.CreateDirectory(Path.Combine(run, "checkpoints"));
        foreach (long step in Steps)
        {
            File.WriteAllText(Path.Combine(run, "checkpoints", $"step-{step:D6}.safetensors"), "");
            RunFixture.Picture(run, step);
        }

        JsonNode data = JsonNode.Parse(new RunsFolder(folder["runs"]).Find("run")!.Data()!)!;
        Assert.Equal(
            Steps.Reverse().Select(step => $"step-{step:D6}"),
            data["checkpoints"]!.AsArray().Select(checkpoint => (string)checkpoint!["name"]!));
        Assert.Equal(Steps.Prepend(0), data["samples"]!.AsArray().Select(sample => (long)sample!["step"]!));
    }

    [Fact]
    public void And_those_of_which_a_run_keeps_the_newest()
    {
        string[] options = ["train", "--width", "1", "--batch", "2", "--preset", "dcgan", "--out", "run"];
        Assert.Equal(0, MiniGanProcess.Run(folder.Path, [.. options, "--steps", "1"]).ExitCode);
        foreach (long step in new[] { 999_999, 1_000_000 })
        {
            File.Copy(folder["run/checkpoints/step-000001.safetensors"], folder[$"run/checkpoints/step-{step:D6}.safetensors"]);
        }

        Assert.Equal(0, MiniGanProcess.Run(folder.Path, "train", "--out", "run", "--resume", "--steps", "2").ExitCode);
        Assert.Equal(
            ["step-000002.safetensors", "step-1000000.safetensors", "step-999999.safetensors"],
            Directory.GetFiles(folder["run/checkpoints"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
