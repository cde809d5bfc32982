using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace MiniGan.Tests.Cli;

/// <summary><c>compare --gan</c>.</summary>
public sealed class CompareGanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LiveFact]
    public void Recipes_agree_and_the_page_shows_both_trajectories()
    {
        MiniGanProcess.Result result = Run(
            "--gan", "r1", "residual", "--width", "2", "--batch", "4", "--steps", "6", "--html", "out/page.html");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("r1, width 2, batch 4", result.Output, StringComparison.Ordinal);
        foreach (string word in new[] { "losses", "penalty", "generator gradients", "weights", "statistics", "averages", "agrees" })
        {
            Assert.Contains(word, result.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("FAILS", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "2 of 2 recipes agree on both engines, TorchSharp 0.107.0 (libtorch 2.10.0)", result.Output, StringComparison.Ordinal);
        Assert.Contains(" modules agree by themselves", result.Output, StringComparison.Ordinal);

        string page = File.ReadAllText(folder["out/page.html"]);
        Assert.Contains("2 of 2 recipes agree", page, StringComparison.Ordinal);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        foreach (string svg in page.Split("<svg viewBox").Skip(1))
        {
            XElement chart = XElement.Parse("<svg viewBox" + svg[..(svg.IndexOf("</svg>", StringComparison.Ordinal) + 6)]);
            Assert.All(chart.Elements("polyline"), line => Assert.Equal(6, line.Attribute("points")!.Value.Split(' ').Length));
        }

        Assert.Equal(6, page.Split("<svg viewBox").Length - 1);
    }

    [LiveFact]
    public void Json_has_all_figures()
    {
        MiniGanProcess.Result result = Run("--gan", "wgan-gp", "--width", "2", "--batch", "4", "--steps", "3", "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonNode recipe = Assert.Single(JsonNode.Parse(result.Output)!.AsArray())!;
        Assert.Equal(("wgan-gp", 2, true), ((string?)recipe["recipe"], (int)recipe["width"]!, (bool)recipe["passed"]!));
        Assert.Equal(3, recipe["steps"]!.AsArray().Count);
        Assert.All(recipe["verdict"]!.AsArray(), verdict =>
        {
            Assert.InRange((double)verdict!["difference"]!, 0, (double)verdict["tolerance"]!);
            Assert.InRange((double)verdict["managedFromFloat64"]!, 0, 1e-2);
        });
        Assert.True(recipe["modules"]!.AsArray().Count > 10);
        JsonNode first = recipe["steps"]![0]!;
        Assert.Equal((double)first["managed"]!["penalty"]!, (double)first["torchSharpAlone"]!["penalty"]!, 1e-4);
    }

    [Theory]
    [InlineData("--gan takes dcgan, tf-tutorial, lsgan, wgan-gp, sngan, r1, conditional, residual, but not", "--gan", "stylegan")]
    [InlineData("--live is of single layers, --gan of whole games", "--gan", "--live")]
    [InlineData("--steps is of whole games: give --gan, too", "--steps", "3")]
    [InlineData("--html is of whole games", "--html", "page.html")]
    [InlineData("--steps must be a number from 1 to 10000", "--gan", "--steps", "0")]
    [InlineData("--batch must be a number from 2 to 65536", "--gan", "--batch", "1")]
    [InlineData("--html: '.' cannot be written", "--gan", "r1", "--html", ".")]
    [InlineData("a batch is 60001 images", "--gan", "r1", "--batch", "60001")]
    public void Bad_input_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        MiniGanProcess.Result result = Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private MiniGanProcess.Result Run(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["compare", .. arguments]);
}
