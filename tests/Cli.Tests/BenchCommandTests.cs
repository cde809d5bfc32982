using System.Text.Json.Nodes;

namespace MiniGan.Tests.Cli;

/// <summary>What <c>bench</c> prints; how long it takes is no matter here.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_step_is_told_as_one_JSON_object_a_setting()
    {
        JsonNode[] lines = Lines(
            "bench", "step", "--width", "4", "8", "--batch", "1", "--threads", "1", "--steps", "2", "--warm-up", "0", "--json");
        Assert.Equal([4, 8], lines.Select(line => (int)line["width"]!));
        Assert.All(lines, line =>
        {
            Assert.Equal((1, 1), ((int)line["batch"]!, (int)line["threads"]!));
            Assert.True(
                (double)line["min_ms"]! > 0 &&
                    (double)line["min_ms"]! <= (double)line["step_ms"]! &&
                    (double)line["step_ms"]! <= (double)line["max_ms"]!);
            Assert.True((double)line["peak_gflops"]! > 0);
            Assert.InRange((long)line["allocated_bytes"]!, 0, 100_000);
        });
    }

    [Fact]
    public void Layers_are_told_by_name()
    {
        JsonNode[] lines = Lines(
            "bench", "layers", "--width", "4", "--batch", "2", "--threads", "2", "--steps", "2", "--warm-up", "0", "--json");
        Assert.Equal(
            [
                "conv 4->8 @14 forward", "conv 4->8 @14 forward+backward", "convT 8->4 @7 forward", "convT 8->4 @7 forward+backward",
                "conv 1->4 @28 forward", "conv 1->4 @28 forward+backward", "convT 4->1 @14 forward", "convT 4->1 @14 forward+backward",
            ],
            lines.Select(line => (string)line["layer"]!));
        Assert.All(lines, line => Assert.True((double)line["ms"]! > 0));

        // A product of conv 4→8 @14 is 2 · 2 images · 4 · 8 channels · 16 taps · 7 · 7 positions.
        Assert.All(lines.Take(2).Zip((double[])[1, 3]), pair =>
            Assert.Equal(
                pair.Second * 2 * 2 * 4 * 8 * 16 * 49 / 1e6, (double)pair.First["gflops"]! * (double)pair.First["ms"]!,
                0.05 * (double)pair.First["ms"]! + 0.01));
    }

    [Fact]
    public void Images_may_have_another_size_and_colour()
    {
        JsonNode line = Lines(
            "bench", "step", "--preset", "r1", "--size", "16", "--channels", "3", "--width", "2", "--batch", "2", "--threads", "1",
            "--steps", "1", "--warm-up", "0", "--json").Single();
        Assert.Equal(("r1", "3x16x16"), ((string)line["recipe"]!, (string)line["image"]!));
    }

    /// <summary>All of it takes longer than the steps alone; of its folder nothing stays.</summary>
    [Fact]
    public void A_whole_training_is_timed()
    {
        JsonNode line = Lines(
            "bench", "train", "--preset", "conditional", "--size", "12", "--width", "2", "--batch", "4", "--threads", "1", "--steps", "3",
            "--json").Single();
        Assert.Equal(("conditional", "1x12x12", 4), ((string)line["recipe"]!, (string)line["image"]!, (int)line["batch"]!));
        Assert.True((double)line["step_ms"]! > 0 && (long)line["peak_mb"]! > 0);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "bench", "train", "--batch", "6001", "--width", "1", "--steps", "1");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--batch: a batch is 6001 images, but there are 6000 digits", result.Error, StringComparison.Ordinal);
    }

    [LiveFact]
    public void Engines_race_in_turn()
    {
        JsonNode[] lines = Lines(
            "bench", "step", "--preset", "r1", "--width", "4", "--batch", "2", "--threads", "1", "--steps", "1", "--warm-up", "0",
            "--rounds", "2", "--engine", "managed", "torchsharp", "torchsharp-tuned", "--json");
        Assert.Equal(["managed", "torchsharp", "torchsharp-tuned"], lines.Select(line => (string)line["engine"]!));
        Assert.All(lines, line =>
        {
            Assert.Equal(("r1, 1x28x28, width 4, batch 2, threads 1", 2), ((string)line["setting"]!, (int)line["rounds"]!));
            Assert.True((double)line["min_ms"]! <= (double)line["ms"]! && (double)line["ms"]! <= (double)line["max_ms"]!);
            Assert.True((long)line["peak_mb"]! > 10);
            double ratio = (double)line["times_of_first"]!;
            Assert.Equal((double)line["ms"]! / (double)lines[0]["ms"]!, ratio, 0.01 * ratio);
        });

        lines = Lines(
            "bench", "layers", "--width", "4", "--batch", "2", "--steps", "1", "--warm-up", "0", "--engine", "torchsharp", "managed",
            "--rounds", "1", "--json");
        Assert.Equal(16, lines.Length);
        Assert.Equal(["torchsharp", "managed"], lines.Take(2).Select(line => (string)line["engine"]!));
    }

    [Fact]
    public void Modules_are_measured_beside_a_convolution()
    {
        JsonNode[] lines = Lines(
            "bench", "modules", "--width", "4", "--batch", "2", "--threads", "2", "--steps", "2", "--warm-up", "0", "--json");
        Assert.Equal(["Conv2D 3×3", "BatchNorm2D"], lines.Take(2).Select(line => (string)line["module"]!));
        Assert.Equal(1, (double)lines[0]["convolutions"]!);
        Assert.All(lines, line => Assert.Equal(
            (double)line["ms"]! / (double)lines[0]["ms"]!, (double)line["convolutions"]!, 0.01 * (1 + (double)line["convolutions"]!)));
        string table = MiniGanProcess.Run(
            folder.Path, "bench", "modules", "--width", "4", "--batch", "2", "--steps", "1", "--warm-up", "0").Output;
        Assert.All((string[])["SelfAttention2D", "100 %", "of the 3×3"], part => Assert.Contains(part, table, StringComparison.Ordinal));
    }

    [Fact]
    public void A_profile_has_every_layer_of_both_networks()
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(
            folder.Path, "bench", "step", "--width", "2", "--batch", "2", "--steps", "1", "--warm-up", "0", "--profile");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(
            (string[])["G 0 Linear", "G 4 ConvTranspose2D", "G 8 Tanh", "D 0 Conv2D", "D 3 BatchNorm2D", "D 6 Linear",
                "optimizers, losses, averages", "GFLOP/s", "One training step"],
            part => Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("double", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_is_of_any_recipe_and_adds_up_to_the_step()
    {
        JsonNode[] parts = [.. Lines(
            "bench", "step", "--preset", "wgan-gp", "--size", "16", "--channels", "3", "--width", "2", "--batch", "2", "--steps", "4",
            "--warm-up", "0", "--profile", "--json")
            .Where(line => line["part"] is not null)];
        Assert.All(parts, part => Assert.True((double)part["ms"]! >= 0, $"{part}"));
        Assert.InRange(parts.Sum(part => (double)part["share"]!), 0.99, 1.01);
        Assert.Equal(
            ["dW", "double", "dx", "forward", "other"],
            parts.Select(part => (string)part["pass"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(parts, part => ((string)part["part"]!, (string)part["pass"]!) == ("D 0 Conv2D", "double"));
    }

    [Theory]
    [InlineData("--batch must be a number from 1 to 65536, but is '0'", "step", "--batch", "4", "0")]
    [InlineData("--width must be a number from 1 to 1024, but is 'x'", "layers", "--width", "x")]
    [InlineData("--threads must be a number from 1 to 256, but is '257'", "step", "--threads", "257")]
    [InlineData("--warm-up must be a number from 0 to 3600, but is '-1'", "step", "--warm-up", "-1")]
    [InlineData("--steps must be a number from 1 to 100000, but is '0'", "step", "--steps", "0")]
    [InlineData("--width 1024 with --batch 65536", "step", "--width", "2", "1024", "--batch", "65536")]
    [InlineData("--width 1024 with --batch 65536", "layers", "--width", "1024", "--batch", "65536")]
    [InlineData("See 'minigan bench layers --help'", "layers", "--profile")]
    [InlineData("--engine takes managed, torchsharp, torchsharp-tuned, but not 'cuda'", "step", "--engine", "cuda")]
    [InlineData("--engine names an engine twice", "layers", "--engine", "managed", "managed")]
    [InlineData("--profile is of a step on the managed engine", "step", "--engine", "torchsharp", "--profile")]
    [InlineData("a batch of 1 leaves nothing", "step", "--preset", "tf-tutorial", "--batch", "1")]
    [InlineData("See 'minigan bench --help'")]
    public void Bad_input_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, ["bench", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private JsonNode[] Lines(params string[] arguments)
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return [.. result.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)];
    }
}
