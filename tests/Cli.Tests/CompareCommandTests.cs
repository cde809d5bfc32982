using System.Text.Json.Nodes;

namespace MiniGan.Tests.Cli;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_layers_agree_with_the_recorded_ones()
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "compare");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("PyTorch", result.Output, StringComparison.Ordinal);
        Assert.Contains("TensorFlow.js", result.Output, StringComparison.Ordinal);
        Assert.Contains("Recorded: 165 of 165 agree: 165 to the last bit.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [LiveFact]
    public void The_layers_agree_with_TorchSharps_and_its_version_is_told()
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "compare", "--live");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(
            "TorchSharp 0.107.0 (libtorch 2.10.0), run now: 165 of 165 agree: 165 to the last bit.",
            result.Output, StringComparison.Ordinal);

        result = MiniGanProcess.Run(folder.Path, "compare", "--json");
        JsonNode json = JsonNode.Parse(result.Output)!;
        Assert.Equal("TorchSharp 0.107.0 (libtorch 2.10.0)", (string?)json["torchSharp"]);
        Assert.All(json["cases"]!.AsArray(), item => Assert.Equal(0, (double)item!["liveDifferences"]!["y"]!));
    }

    [Fact]
    public void A_case_that_fails_is_named_and_the_exit_code_is_1()
    {
        // The recorded cases, but the first value of the first y is another.
        string recorded = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reference", "torch-layers.json"));
        JsonNode cases = JsonNode.Parse(recorded)!;
        cases["cases"]![0]!["y"]!["data"]![0] = 1000;
        File.WriteAllText(folder["wrong.json"], cases.ToJsonString());
        File.WriteAllText(folder["right.json"], recorded);
        string name = (string)cases["cases"]![0]!["name"]!;

        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "compare", "--cases", "right.json", "wrong.json");
        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Contains($"FAILS  {name}", result.Output, StringComparison.Ordinal);
        Assert.Contains("y[0, 0, 0, 0] is", result.Output, StringComparison.Ordinal);
        Assert.Contains("instead of 1000", result.Output, StringComparison.Ordinal);
        Assert.Contains("161 of 162 agree", result.Output, StringComparison.Ordinal);

        result = MiniGanProcess.Run(folder.Path, "compare", "--json", "--cases", "right.json", "--cases", "wrong.json");
        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        JsonNode json = JsonNode.Parse(result.Output)!;
        Assert.Equal((161, 1), ((int)json["passed"]!, (int)json["failed"]!));
        JsonNode failed = json["cases"]!.AsArray().Single(item => !(bool)item!["passed"]!)!;
        Assert.Equal(("wrong.json", name), ((string?)failed["file"], (string?)failed["name"]));
    }

    [Theory]
    [InlineData("no file 'nothing'", "--cases", "nothing")]
    [InlineData("no file of cases", "--cases", "text")]
    [InlineData("--cases", "--cases")]
    [InlineData("--yaml", "--yaml")]
    public void Bad_input_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        File.WriteAllText(folder["text"], "once upon a time");
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, ["compare", .. arguments]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
