using System.Text.Json.Nodes;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Runs.Reports;
using MiniGan.Tests.Runs;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Report;

public sealed class EmbeddedGeneratorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_report_holds_the_generator_of_the_newest_checkpoint_unless_it_is_not_wanted()
    {
        string run = RunFixture.Make(folder, "run");
        Assert.Null(ReportData.Write(run)["generator"]); // no checkpoint yet
        Recipe recipe = Recipe.For(Preset.Conditional, width: 2) with { Classes = 3, Labels = new([2, 5, 7]), LatentSize = 4 };
        GanCheckpoint.Save(Path.Combine(run, "checkpoint.safetensors"), recipe.CreateGan(), metadata: recipe.Metadata);
        JsonNode generator = ReportData.Write(run)["generator"]!;
        Assert.Equal("[2,5,7] [1,28,28] 4 0 false", string.Join(
            ' ',
            generator["labels"]!.ToJsonString(),
            generator["image"]!.ToJsonString(),
            generator["latentSize"],
            generator["step"],
            generator["isAverage"]));
        string page = folder["page.html"];
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "report", run, "--no-generator", "--out", page);
        Assert.Equal(0, result.ExitCode);
        Assert.Null(ReportData.In(File.ReadAllText(page))["generator"]);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_drawn_with_says_why()
    {
        string run = RunFixture.Make(folder, "run"), checkpoint = Path.Combine(run, "checkpoint.safetensors");
        File.WriteAllText(checkpoint, "no checkpoint");
        Assert.Contains("checkpoint.safetensors", (string)ReportData.Write(run)["generator"]!["problem"]!, StringComparison.Ordinal);
        Gan gan = Recipe.For(Preset.Dcgan, width: 2).CreateGan();
        GanCheckpoint.Save(checkpoint, gan);
        Assert.Contains("a program of its own", (string)ReportData.Write(run)["generator"]!["problem"]!, StringComparison.Ordinal);
        Recipe tutorial = Recipe.For(Preset.TfTutorial);
        GanCheckpoint.Save(checkpoint, tutorial.CreateGan(), metadata: tutorial.Metadata);
        Assert.Contains(
            "The generator has 2.3 million weights, and a page holds up to 1 million.",
            (string)ReportData.Write(run)["generator"]!["problem"]!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_the_page_does_not_know_is_named()
    {
        Module[] unknown =
        [
            new SiLU(), new Conv2D(4, 2, 3, padding: 1, groups: 2), Upsample2D.To(8, UpsampleMode.Bilinear), new SelfAttention2D(4),
        ];
        foreach (Module module in unknown)
        {
            int channels = module is Conv2D ? 2 : 4;
            Sequential generator = [new Linear(3, 64), new Reshape(4, 4, 4), module, new Conv2D(channels, 1, 1), new Tanh()];
            var gan = new Gan(generator, new Flatten(), latentSize: 3);
            FormatException refused = Assert.Throws<FormatException>(() => EmbeddedGenerator.Of(gan));
            Assert.StartsWith($"Its layer {module}", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_page_refuses_a_layer_of_a_later_version()
    {
        JsonObject data = EmbeddedGenerator.Of(Recipe.For(Preset.Dcgan, width: 2).CreateGan());
        data["network"]!["layers"]![0]!["type"] = "constructor";
        Exception refused = Assert.ThrowsAny<Exception>(() => new PageGenerator(data));
        Assert.Contains("does not know the layer constructor", refused.Message, StringComparison.Ordinal);
    }
}
