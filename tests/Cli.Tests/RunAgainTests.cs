using System.Text.Json.Nodes;
using MiniGan.Kernels;
using MiniGan.Runs.Reports;

namespace MiniGan.Tests.Cli;

/// <summary>What a run says of itself, so that somebody can find it, understand it and make it again.</summary>
public sealed class RunAgainTests : RunTests
{
    [Fact]
    public void The_command_of_a_run_makes_the_same_run()
    {
        Assert.Equal(0, Run([.. Small, "--steps", "3", "--seed", "5", "--out", "run"]).ExitCode);
        string[] words = CommandOf("run");
        Assert.Equal(["train", .. Small, "--steps", "3", "--seed", "5", "--out", "run"], words);
        words[^1] = "again";
        Assert.Equal(0, MiniGanProcess.Run(folder.Path, words).ExitCode);
        Assert.Equal(Checksum("run/checkpoint.safetensors"), Checksum("again/checkpoint.safetensors"));

        Assert.Contains(
            $"{ShellWords.Program} train --data digits", (string)new RunReader(folder["run"]).Read(9, _ => "")!["command"]!,
            StringComparison.Ordinal);
    }

    /// <summary>A name may stand for other data elsewhere, or later.</summary>
    [Theory]
    [InlineData("mnist-subset")]
    [InlineData("mnist-subset", "--data=mnist-subset")]
    [InlineData("data/mnist", "--data", "data/mnist")]
    [InlineData("data/mnist", "--data", "@/data/mnist")]
    [InlineData("@/data/mnist", "--data", "mnist", "below")]
    [InlineData("data/mnist", "--data", "mnist")]
    [InlineData("data/mnist", "")]
    public void The_data_that_were_found_are_named(string expected, params string[] arguments)
    {
        bool isBelow = arguments is [.., "below"];
        string whereIt = folder.Path, from = isBelow ? folder["below"] : whereIt;
        Directory.CreateDirectory(from);
        if (expected != "mnist-subset")
        {
            Directory.CreateDirectory(folder["data"]);
            Directory.Move(folder["digits"], folder["data/mnist"]);
        }

        string[] given =
        [
            .. arguments.Where(word => word is not ("" or "below")).Select(word => word.Replace("@", whereIt, StringComparison.Ordinal)),
        ];
        Assert.Equal(
            (0, ""),
            MiniGanProcess.Run(from, ["train", .. given, "--steps", "1", "--width", "1", "--batch", "2", "--out", folder["run"]])
                is var result ? (result.ExitCode, result.Error) : default);
        string[] words = CommandOf("run");
        Assert.Equal(expected.Replace("@", whereIt, StringComparison.Ordinal), words[Array.IndexOf(words, "--data") + 1]);
        Assert.Single(words, "--data");
    }

    [Fact]
    public void Tags_notes_and_the_machine_are_kept_when_it_goes_on()
    {
        Assert.Equal(
            0, Run([.. Small, "--steps", "2", "--tag", "slow", "for class", "--notes", "with \"less\" penalty", "--out", "run"]).ExitCode);
        Assert.Equal(0, Run("--out", "run", "--resume", "--steps", "3").ExitCode);
        JsonNode run = JsonNode.Parse(File.ReadAllText(folder["run/config.json"]))!;
        Assert.Equal(["slow", "for class"], run["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal("with \"less\" penalty", (string)run["notes"]!);
        Assert.Equal(Processor.Name, (string)run["machine"]!["processor"]!);
        Assert.Equal(Processor.Kernels, (string)run["machine"]!["kernels"]!);
        Assert.InRange((int)run["machine"]!["threads"]!, 1, 1024);
        Assert.True(run["machine"]!.AsObject().ContainsKey("commit"));

        AssertRefused("leave --tag, --notes out", Run("--out", "run", "--resume", "--tag", "x", "--notes", "y"));
        AssertRefused("up to 2000 characters", Run([.. Small, "--notes", new string('x', 2001)]));
        AssertRefused("up to 20 tags", Run([.. Small, "--tag", .. Enumerable.Range(0, 21).Select(i => $"{i}")]));
    }

    [Fact]
    public void A_run_ends_with_what_to_do_next()
    {
        MiniGanProcess.Result result = Run([.. Small, "--steps", "2"]);
        Assert.Equal(
            [
                "Look inside: runs/conditional-digits-1/report.html",
                $"More pictures: {ShellWords.Program} generate conditional-digits-1",
                $"All runs, live in a browser: {ShellWords.Program} watch",
            ],
            result.Output.TrimEnd().Split('\n')[^3..]);
        Directory.CreateDirectory(folder["conditional-digits-2"]); // the name would mean that
        Assert.Contains("generate runs/conditional-digits-2\n", Run([.. Small, "--steps", "2"]).Output, StringComparison.Ordinal);
        Assert.Contains("generate 'my run'\n", Run([.. Small, "--steps", "2", "--out", "my run"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_processor_has_a_name()
    {
        Assert.NotEmpty(Processor.Name);
        Assert.Equal(Processor.Name.Trim(), Processor.Name);
        Assert.All(Processor.Name, letter => Assert.InRange(letter, ' ', '~'));
    }

    private string[] CommandOf(string run) =>
        [.. JsonNode.Parse(File.ReadAllText(folder[$"{run}/config.json"]))!["command"]!.AsArray().Select(word => (string)word!)];
}
