using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>A lesson out of a trained network: the layer's own weights and what goes through it.</summary>
public sealed partial class TrainedLayerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Gan gan;

    public TrainedLayerTests()
    {
        var configuration = Recipe.For(Preset.Dcgan, width: 4);
        gan = configuration.CreateGan();
        Directory.CreateDirectory(folder["run"]);
        GanCheckpoint.Save(folder["run/checkpoint.safetensors"], gan, metadata: configuration.Metadata);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("run")]
    [InlineData("run/checkpoint.safetensors")]
    public void The_page_holds_the_layers_kernel_and_the_sample_on_its_way(string run)
    {
        MiniGanProcess.Result result = Explain("--checkpoint", run, "--layer", "4", "--seed", "3");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonNode data = Data();
        var layer = (ConvTranspose2D)((Sequential)gan.Generator)[4];
        string says = (string)data["real"]!["says"]!;
        Match shown = Shown().Match(says);
        Assert.True(shown.Success, says);
        Assert.Equal($"Layer 4 of the generator in {run}", (string)data["real"]!["title"]!);
        int[] inputs = [int.Parse(shown.Groups[1].Value), int.Parse(shown.Groups[2].Value)];
        int output = int.Parse(shown.Groups[3].Value);

        // The kernels are the layer's, to two digits of the largest.
        float[] kernels = [.. data["w"]!.AsArray().Select(value => (float)value!)];
        Assert.Equal(2 * 16, kernels.Length);
        float largest = kernels.Max(Math.Abs);
        for (int i = 0; i < kernels.Length; i++)
        {
            Assert.Equal(layer.Weight.Value[inputs[i / 16], output, i % 16 / 4, i % 4], kernels[i], largest / 15);
        }

        // The maps are what a forward pass has there, and x is cut out of their middle.
        Tensor x = Before(4, seed: 3);
        JsonArray maps = data["real"]!["maps"]!.AsArray();
        Assert.Equal(
            ["sample", $"in, channel {inputs[0]}", $"in, channel {inputs[1]}", $"out, channel {output}"],
            maps.Select(map => (string)map!["name"]!));
        float[] cut = [.. data["x"]!.AsArray().Select(value => (float)value!)];
        float largestX = cut.Max(Math.Abs);
        for (int c = 0; c < 2; c++)
        {
            JsonNode map = maps[c + 1]!;
            Assert.Equal([1, 1, 4, 4], map["crop"]!.AsArray().Select(value => (int)value!));
            for (int i = 0; i < 49; i++)
            {
                float expected = x[0, inputs[c], i / 7, i % 7];
                Assert.Equal(expected, (float)map["values"]![i]!, (2e-3f * Math.Abs(expected)) + 1e-6f);
            }

            for (int i = 0; i < 16; i++)
            {
                Assert.Equal(x[0, inputs[c], 1 + (i / 4), 1 + (i % 4)], cut[(c * 16) + i], (largestX / 15) + 1e-6f);
            }
        }

        Tensor y = layer.Forward(x);
        Assert.Equal(14 * 14, maps[3]!["values"]!.AsArray().Count);
        Assert.Equal(y[0, output, 5, 6], (float)maps[3]!["values"]![(5 * 14) + 6]!, (2e-3f * Math.Abs(y[0, output, 5, 6])) + 1e-6f);
        Assert.Contains("a square of 4×4 out of the middle of 7×7", says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_of_the_discriminator_is_a_convolution()
    {
        MiniGanProcess.Result result = Explain("--checkpoint", "run", "--network", "discriminator", "--layer", "0");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Convolution: x 6×6 → y 3×3", result.Output, StringComparison.Ordinal);
        Assert.Contains("Layer 0 of the discriminator", (string)Data("conv")["real"]!["title"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("goes with --layer, a layer of the generator: its convolutions are 4 (ConvTranspose2D: 8 → 4, kernel 4×4")]
    [InlineData("layer 3 of the generator is a ReLU; its convolutions are 4 (", "--layer", "3")]
    [InlineData("has the layers 0 to 8, but not 9", "--layer", "9")]
    [InlineData("cannot be said", "--layer", "4", "--kernel", "3")]
    [InlineData("cannot be said", "conv", "--layer", "4")]
    [InlineData("--network", "--layer", "4", "--network", "both")]
    public void Bad_input_is_one_line(string expected, params string[] arguments)
    {
        MiniGanProcess.Result result = Explain([.. arguments, "--checkpoint", "run"]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private Tensor Before(int layer, ulong seed)
    {
        gan.Generator.SetTraining(false);
        Tensor x = gan.Latents(1, new RandomSource(seed, "explain"));
        foreach (Module module in ((Sequential)gan.Generator).Take(layer))
        {
            x = module.Forward(x);
        }

        return x.Clone();
    }

    private JsonNode Data(string direction = "transpose") => JsonNode.Parse(
        Json().Match(File.ReadAllText(folder[$"explain-{direction}.html"])).Groups[1].Value)!;

    private MiniGanProcess.Result Explain(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["explain", .. arguments]);

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Json();

    [GeneratedRegex(@"channels (\d+) and (\d+) of 8 that go in and channel (\d+) of 4 that comes out")]
    private static partial Regex Shown();
}
