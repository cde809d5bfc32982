using System.Globalization;
using System.Text.RegularExpressions;
using MiniGan.Modules;
using MiniGan.Recipes;

namespace MiniGan.Tests.Samples;

/// <summary>Each sample is built and run. One class, so that they run one after the other: each builds what it uses.</summary>
public sealed partial class SamplesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TrainToyGan_trains_and_draws()
    {
        Assert.Contains("step 4: D ", Output("TrainToyGan", "4", SampleProcess.Digits), StringComparison.Ordinal);
        AssertPng("toy-gan.png", (8 * 30) + 2, (8 * 30) + 2);
        Assert.True(File.Exists(folder["toy-gan.safetensors"]));
    }

    [Fact]
    public void ExportImages_writes_a_grid_and_each_image()
    {
        var recipe = Recipe.For(Preset.R1, width: 2);
        recipe.Build().Save(folder["run"], recipe.Metadata);
        Output("ExportImages", "run", "12");
        AssertPng("images/grid.png", (10 * 30) + 2, (2 * 30) + 2);
        Assert.All(Enumerable.Range(0, 12), i => AssertPng($"images/{i:D4}.png", 28, 28));
        Assert.False(File.Exists(folder["images/0012.png"]));
        Assert.Equal(2, SampleProcess.Run(folder.Path, "ExportImages").ExitCode);
    }

    [LiveFact]
    public void CompareLayers_finds_the_same_results()
    {
        string output = Output("CompareLayers", SampleProcess.Digits);
        Assert.Contains("Conv2D(3 → 8", output, StringComparison.Ordinal);
        Assert.Contains("ConvTranspose2D(3 → 8", output, StringComparison.Ordinal);
        double[] differences = [.. Difference().Matches(output).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
        Assert.True(differences.Length > 20);
        Assert.All(differences, difference => Assert.InRange(difference, 0, 1e-3));
        Assert.Contains("penalty ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("(!)", output, StringComparison.Ordinal);
    }

    /// <summary>Stopped after two steps and run again to four, it leaves the same bytes as four at once.</summary>
    [Fact]
    public void OwnNetworks_goes_on_where_it_stopped()
    {
        Output("OwnNetworks", "4");
        byte[] whole = File.ReadAllBytes(folder["runs/discs/checkpoint.safetensors"]),
            picture = File.ReadAllBytes(folder["runs/discs/samples.png"]);
        AssertPng("runs/discs/samples.png", (10 * 34) + 2, (10 * 34) + 2);
        Directory.Delete(folder["runs"], recursive: true);
        Output("OwnNetworks", "2");
        Assert.NotEqual(whole, File.ReadAllBytes(folder["runs/discs/checkpoint.safetensors"]));
        Assert.Contains("Going on after step 2", Output("OwnNetworks", "4"), StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(folder["runs/discs/checkpoint.safetensors"]));
        Assert.Equal(picture, File.ReadAllBytes(folder["runs/discs/samples.png"]));
        Assert.Contains("Residual", File.ReadAllText(folder["runs/discs/report.html"]), StringComparison.Ordinal);
    }

    /// <summary>For 200 steps neither network wins the hinge's game.</summary>
    [FashionMnistFact]
    public void ResidualGan_learns_clothes()
    {
        string output = Output("ResidualGan", "200", FashionMnistFactAttribute.Folder, "8");
        Match last = Regex.Match(output, @"step 200: D (\d\.\d+), G (-?\d+\.\d+), \d+ images/s\n");
        Assert.InRange(double.Parse(last.Groups[1].Value, CultureInfo.InvariantCulture), 0.05, 4);
        Assert.InRange(double.Parse(last.Groups[2].Value, CultureInfo.InvariantCulture), -5, 5);
        AssertPng("residual-gan.png", (10 * 30) + 2, (8 * 30) + 2);
        Assert.True(File.Exists(folder["residual-gan.safetensors"]));
    }

    [Fact]
    public void OwnLayerAndLoss_checks_its_gradient_and_trains() =>
        Assert.Matches(
            @"within \d\.\dE-00[3-9] of finite differences\nstep 3: D -?\d", Output("OwnLayerAndLoss", "3", SampleProcess.Digits));

    [Fact]
    public void Classifier_learns_to_tell_digits_apart()
    {
        Match right = Regex.Match(Output("Classifier", "100", SampleProcess.Digits), @"Right on (\d+\.\d) %");
        Assert.InRange(double.Parse(right.Groups[1].Value, CultureInfo.InvariantCulture), 70, 100);
        Assert.True(File.Exists(folder["classifier.safetensors"]));
    }

    [Fact]
    public void FromPyTorch_reads_the_same_modules_and_refuses_others()
    {
        Sequential generator =
        [
            new Linear(16, 32 * 7 * 7), new Reshape(32, 7, 7), new BatchNorm2D(32), new ReLU(),
            new ConvTranspose2D(32, 16, 4, stride: 2, padding: 1), new BatchNorm2D(16), new ReLU(),
            new ConvTranspose2D(16, 1, 4, stride: 2, padding: 1), new Tanh(),
        ];
        generator.Save(folder["good"]);
        Output("FromPyTorch", "good");
        AssertPng("from-pytorch.png", (8 * 30) + 2, (8 * 30) + 2);
        new Sequential(new Linear(16, 2)).Save(folder["other"]);
        (int exitCode, _, string error) = SampleProcess.Run(folder.Path, "FromPyTorch", "other");
        Assert.Equal(2, exitCode);
        Assert.Contains("'0.weight' should be [1568, 16], but is [2, 16]", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_sample_is_shown_in_the_README()
    {
        string readme = File.ReadAllText(Path.Combine(SampleProcess.Repository, "README.md"));
        string[] samples = Directory.GetFiles(Path.Combine(SampleProcess.Repository, "src", "Samples"), "*.cs");
        Assert.Equal(8, samples.Length);
        Assert.All(samples, path => Assert.Contains($"src/Samples/{Path.GetFileName(path)}", readme, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\d\.\dE[+-]\d{2,3}")]
    private static partial Regex Difference();

    private string Output(string name, params string[] arguments)
    {
        (int exitCode, string output, string error) = SampleProcess.Run(folder.Path, name, arguments);
        Assert.True(exitCode == 0, $"{name} ended with {exitCode}: {output} {error}");
        return output.ReplaceLineEndings("\n");
    }

    private void AssertPng(string name, int width, int height)
    {
        byte[] png = File.ReadAllBytes(folder[name]);
        Assert.Equal(
            (width, height),
            (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
                System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
    }
}
