using System.Globalization;
using System.Text.Json.Nodes;

namespace MiniGan.Tests.Cli;

/// <summary><c>train --engine</c> and <c>--device</c>.</summary>
public sealed class EngineTests : RunTests
{
    /// <summary>The two part by rounding, which is far less than the last three digits of what they print.</summary>
    [LiveFact]
    public void A_run_goes_on_on_the_other_engine_and_ends_as_one_that_did_not_change()
    {
        string[] options = [.. Small, "--preset", "r1", "--seed", "3"];
        Assert.Equal(0, Run([.. options, "--steps", "12", "--out", "alone"]).ExitCode);
        MiniGanProcess.Result first = Run([.. options, "--engine", "torchsharp", "--steps", "4", "--out", "mixed"]);
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Contains("on TorchSharp 0.107.0 (libtorch 2.10.0), cpu", first.Output, StringComparison.Ordinal);
        Assert.Equal(("torchsharp", "cpu"), EngineOf("mixed"));
        Assert.Equal(0, Run("--out", "mixed", "--resume", "--steps", "6").ExitCode); // its own engine
        Assert.Equal(("torchsharp", "cpu"), EngineOf("mixed"));
        Assert.Equal(0, Run("--out", "mixed", "--resume", "--engine", "managed", "--steps", "9").ExitCode);
        Assert.Equal(("managed", null), EngineOf("mixed"));
        Assert.Equal(0, Run("--out", "mixed", "--resume", "--engine", "torchsharp", "--device", "cpu", "--steps", "12").ExitCode);
        Assert.Equal(("torchsharp", "cpu"), EngineOf("mixed"));
        Assert.Equal(("managed", null), EngineOf("alone"));

        double[][] expected = LossesOf("alone"), actual = LossesOf("mixed");
        Assert.Equal(12, actual.Length);
        foreach ((double one, double other) in expected.SelectMany(row => row).Zip(actual.SelectMany(row => row)))
        {
            Assert.InRange(other, one - (0.02 * (1 + Math.Abs(one))), one + (0.02 * (1 + Math.Abs(one))));
        }

        Assert.Contains("mixed", File.ReadAllText(folder["mixed/report.html"]), StringComparison.Ordinal);
        Assert.True(File.Exists(folder["mixed/samples.png"]));
        Assert.Equal(12, StepOf("mixed"));
    }

    [Fact]
    public void A_run_of_an_earlier_version_goes_on_on_the_managed_engine()
    {
        Assert.Equal(0, Run([.. Small, "--steps", "2", "--out", "old"]).ExitCode);
        JsonNode run = JsonNode.Parse(File.ReadAllText(folder["old/config.json"]))!;
        Assert.True(run.AsObject().Remove("engine") && run.AsObject().Remove("device"));
        run["layers"] = "CustomLayers";
        File.WriteAllText(folder["old/config.json"], run.ToJsonString());
        MiniGanProcess.Result result = Run("--out", "old", "--resume", "--steps", "3");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(("managed", null), EngineOf("old"));

        run["engine"] = "abacus";
        File.WriteAllText(folder["old/config.json"], run.ToJsonString());
        AssertRefused("the run is of an engine 'abacus'", Run("--out", "old", "--resume", "--steps", "4"));
        Assert.Equal(0, Run("--out", "old", "--resume", "--steps", "4", "--engine", "managed").ExitCode);
    }

    [Theory]
    [InlineData("--engine must be managed or torchsharp, but is 'gpu'", "--engine", "gpu")]
    [InlineData("--device must be cpu, cuda or mps, but is 'tpu'", "--engine", "torchsharp", "--device", "tpu")]
    [InlineData("--device: only TorchSharp computes on a device", "--device", "cpu")]
    [InlineData("--device: only TorchSharp computes on a device", "--engine", "managed", "--device", "cuda")]
    [InlineData("--layers", "--layers", "built-in")]
    public void Bad_input_is_one_line_and_leaves_no_folder(string expected, params string[] arguments)
    {
        AssertRefused(expected, Run([.. Small, "--out", "run", .. arguments]));
        Assert.False(Directory.Exists(folder["run"]));
    }

    /// <summary>The packages that this repository takes by default have neither.</summary>
    [LiveTheory]
    [InlineData("cuda")]
    [InlineData("mps")]
    public void A_device_that_is_not_there_is_one_line_and_leaves_no_folder(string device)
    {
        if (device == "mps" && OperatingSystem.IsMacOS())
        {
            return;
        }

        AssertRefused(
            $"TorchSharp has no device '{device}' here", Run([.. Small, "--out", "run", "--engine", "torchsharp", "--device", device]));
        Assert.False(Directory.Exists(folder["run"]));
    }

    private (string?, string?) EngineOf(string run)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(folder[$"{run}/config.json"]))!;
        return ((string?)json["engine"], (string?)json["device"]);
    }

    private double[][] LossesOf(string run) =>
    [
        .. File.ReadLines(folder[$"{run}/losses.csv"]).Skip(1)
            .Select(line => line.Split(',').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray()),
    ];
}
