using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;
using MiniGan.Tests.Runs;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Report;

public sealed class ReportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_page_holds_all_of_a_run()
    {
        string run = RunFixture.Make(folder, "run", extra: """ "command": ["train", "--out", "it's mine"], "surprise": {"x": 1}, """);
        File.WriteAllText(Path.Combine(run, "evaluation.csv"), "step,frechet_distance,recall\n10,30.5,0.5\n20,20.5,0.75\n");
        JsonNode data = ReportData.Write(run);
        Assert.Equal(("run", "finished", 20, 20), ((string)data["name"]!, (string)data["state"]!, (int)data["step"]!, (int)data["steps"]!));
        Assert.Equal("""dotnet run -c Release --project src/Cli -- train --out 'it'\''s mine'""", (string)data["command"]!);
        Assert.Equal(20, data["losses"]!["step"]!.AsArray().Count);
        Assert.Equal(
            ["discriminator_loss", "generator_loss", "real_score", "fake_score", "penalty"],
            data["losses"]!["columns"]!.AsObject().Select(column => column.Key));
        Assert.Equal(20.5, (double)data["speed"]!["columns"]!["seconds"]!["mean"]![19]!);
        Assert.Equal(0.75, (double)data["evaluation"]!["columns"]!["recall"]!["mean"]![1]!);
        Assert.Equal(1, (int)data["configuration"]!["surprise"]!["x"]!);
        Assert.Equal([0, 10, 20], data["samples"]!.AsArray().Select(sample => (int)sample!["step"]!));
        string source = (string)data["samples"]![1]!["src"]!;
        Assert.StartsWith("data:image/png;base64,", source, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(run, "samples", "step-000010.png")), Convert.FromBase64String(source.Split(',')[1]));
        Assert.Equal(["report.html"], Directory.GetFiles(run, "report*").Select(Path.GetFileName));
    }

    [Fact]
    public void It_is_written_while_the_run_trains()
    {
        string run = RunFixture.Make(folder, "run");
        new RunReport(new RunReader(run)).Update();
        Assert.Equal("training", (string)ReportData.In(File.ReadAllText(Path.Combine(run, "report.html")))["state"]!);
    }

    [Fact]
    public void Networks_are_told_layer_by_layer_with_shapes_and_parameters()
    {
        JsonNode networks = ReportData.Write(RunFixture.Make(folder, "run"))["networks"]!;
        JsonArray generator = networks["generator"]!["layers"]!.AsArray(), discriminator = networks["discriminator"]!["layers"]!.AsArray();
        Assert.Equal("Linear 3 → 196, no bias [196] 588", Line(generator[0]!));
        Assert.Equal("ConvTranspose2D 4 → 2, kernel 4×4, stride 2, padding 1, no bias [2,14,14] 128", Line(generator[4]!));
        Assert.Equal("Tanh  [1,28,28] 0", Line(generator[^1]!));
        Assert.Equal("Conv2D 1 → 2, kernel 4×4, stride 2, padding 1 [2,14,14] 34", Line(discriminator[0]!));
        Assert.Equal("LeakyReLU slope 0.2 [2,14,14] 0", Line(discriminator[1]!));
        Assert.Equal("Linear 196 → 1 [1] 197", Line(discriminator[^1]!));
        var model = Recipe.For(Preset.Dcgan, width: 2).CreateGan();
        Assert.Equal(model.Discriminator.ParameterCount, (long)networks["discriminator"]!["parameters"]!);

        static string Line(JsonNode layer) => $"{layer["name"]} {layer["detail"]} {layer["output"]!.ToJsonString()} {layer["parameters"]}";
    }

    [Fact]
    public void Blocks_and_augmentations_are_told_with_what_is_in_them()
    {
        Recipe recipe = Recipe.For(Preset.Residual, width: 2) with
        {
            Image = new(3, 9, 12),
            Augment = Augmentations.Color | Augmentations.Cutout,
        };
        GanSummary gan = GanSummary.Of(recipe.CreateGan());
        Assert.Equal(("DiffAugment", "Color, Cutout"), (gan.Discriminator.Layers[0].Name, gan.Discriminator.Layers[0].Detail));
        Assert.Equal([3, 9, 12], gan.Discriminator.Layers[0].Output);
        Assert.Equal(
            "SpectralNorm: Conv2D: 3 → 2, kernel 3×3, padding 1; ReLU; SpectralNorm: Conv2D: 2 → 2, kernel 3×3, padding 1; " +
            "AvgPool2D: 2×2, stride 2×2; AvgPool2D: 2×2, stride 2×2; SpectralNorm: Conv2D: 3 → 2, kernel 1×1",
            gan.Discriminator.Layers[1].Detail);
        Assert.Contains("Upsample2D: to 9×12, Nearest", gan.Generator.Layers[2].Detail, StringComparison.Ordinal);
        Assert.Equal([3, 9, 12], gan.Generator.Layers[^1].Output);
    }

    [Theory]
    [InlineData(Preset.Dcgan, 4)]
    [InlineData(Preset.TfTutorial, 1)]
    [InlineData(Preset.Sngan, 1)]
    [InlineData(Preset.Conditional, 1)]
    [InlineData(Preset.Residual, 2)]
    public void Looking_at_networks_changes_nothing_in_them(Preset preset, int packing)
    {
        Gan model = (Recipe.For(preset) with { Packing = packing }).CreateGan();
        float[][] Values() => [.. model.Generator.State.Concat(model.Discriminator.State).Select(tensor => tensor.Value.Span.ToArray())];
        float[][] before = Values();
        Assert.Equal([1], GanSummary.Of(model).Discriminator.Layers[^1].Output);
        Assert.Equal(before, Values());
        Assert.True(model.Generator.IsTraining && model.Discriminator.Descendants().All(module => module.IsTraining));
    }

    [Fact]
    public void A_million_lines_make_a_small_page()
    {
        string run = RunFixture.Make(folder, "long", planned: 1_000_000);
        File.WriteAllText(Path.Combine(run, "losses.csv"), RunFixture.Header + RunFixture.Lines(1, 1_000_000));
        for (int step = 30; step < 3000; step += 10)
        {
            RunFixture.Picture(run, step);
        }

        JsonNode data = ReportData.Write(run);
        Assert.InRange(new FileInfo(Path.Combine(run, "report.html")).Length, 1, 700_000);
        Assert.Equal("finished", (string)data["state"]!);
        Assert.Equal(1_000_000, (long)data["losses"]!["step"]!.AsArray()[^1]!);
        JsonNode losses = data["losses"]!["columns"]!["discriminator_loss"]!;
        Assert.Equal((0.0, 9.0, 4.5), ((double)losses["min"]![0]!, (double)losses["max"]![0]!, Math.Round((double)losses["mean"]![0]!, 1)));
        int[] steps = [.. data["samples"]!.AsArray().Select(sample => (int)sample!["step"]!)];
        Assert.Equal((60, 0, 2990, 300), (steps.Length, steps[0], steps[^1], (int)data["sampleCount"]!));
        Assert.Equal(steps.Distinct().Order(), steps);
        Assert.InRange(steps.Zip(steps.Skip(1), (a, b) => b - a).Max(), 10, 60);
    }

    /// <summary>A picture of samples of 64×64 in colour has nearly a megabyte: sixty of them would be a page that nobody mails.</summary>
    [Theory]
    [InlineData(3, 60)]
    [InlineData(700_000, 17)]
    [InlineData(3_000_000, 8)]
    public void Large_pictures_make_fewer_of_them(int bytes, int expected)
    {
        string run = RunFixture.Make(folder, "large", steps: 1000);
        File.WriteAllBytes(Path.Combine(run, "samples.png"), new byte[bytes]);
        Assert.Equal(expected, ReportData.Write(run)["samples"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("</script><script>alert(1)</script>")]
    [InlineData("<!--<script>")]
    [InlineData("/*{{data}}*/ $& $1 \"'&amp;")]
    public void Hostile_names_and_values_stay_text(string text)
    {
        string run = RunFixture.Make(folder, "run", extra: $""" "note": {System.Text.Json.JsonSerializer.Serialize(text)}, """);
        File.WriteAllText(Path.Combine(run, "losses.csv"), $"step,{text.Replace(",", "", StringComparison.Ordinal)}\n1,2\n");
        if (!OperatingSystem.IsWindows() && !text.Contains('/', StringComparison.Ordinal))
        {
            Directory.Move(run, run = folder[text]);
        }

        JsonNode data = ReportData.Write(run);
        Assert.Equal(text, (string)data["configuration"]!["note"]!);
        Assert.Equal(Path.GetFileName(run), (string)data["name"]!);
        Assert.Equal(text, data["losses"]!["columns"]!.AsObject().Single().Key);
        string page = File.ReadAllText(Path.Combine(run, "report.html"));
        Assert.Equal(2, Regex.Count(page, "<script"));
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Older_runs_and_runs_that_have_just_begun_have_a_page_too()
    {
        string run = folder["young"];
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "config.json"), """{"gan": {"preset": "of another version", "seed": 1}}""");
        JsonNode data = ReportData.Write(run);
        Assert.Equal("stopped", (string)data["state"]!);
        Assert.Null(data["losses"]);
        Assert.Empty(data["samples"]!.AsArray());
        Assert.Contains("not valid", (string)data["networks"]!["problem"]!, StringComparison.Ordinal);

        File.WriteAllText(
            Path.Combine(run, "losses.csv"), "step,discriminator_loss,generator_loss,real_score,fake_score\n1,1,1,0.5,0.5\n2,1,1,0.");
        Assert.Equal([1], ReportData.Write(run)["losses"]!["step"]!.AsArray().Select(step => (int)step!));
    }

    [Fact]
    public void A_run_is_training_while_its_lock_is_held()
    {
        string run = RunFixture.Make(folder, "run", planned: 50), path = Path.Combine(run, "run.lock");
        Assert.Equal("stopped", (string)ReportData.Write(run)["state"]!);
        using (RunLock held = RunLock.TryHold(path)!)
        {
            Assert.Equal("stopped", (string)ReportData.Write(run)["state"]!); // it has not begun
            held.Sign();
            Assert.Equal("training", (string)ReportData.Write(run)["state"]!);
            Assert.Null(RunLock.TryHold(path));
        }

        Assert.Equal("stopped", (string)ReportData.Write(run)["state"]!); // as after a crash: the file is there, and nobody holds it
    }

    [Fact]
    public void Train_writes_the_page_and_report_writes_it_again()
    {
        MiniGanProcess.Result trained = MiniGanProcess.Run(
            folder.Path, "train", "--steps", "3", "--width", "1", "--batch", "2", "--out", "runs/x");
        Assert.Equal(("", 0), (trained.Error, trained.ExitCode));
        JsonNode data = ReportData.In(File.ReadAllText(folder["runs/x/report.html"]));
        Assert.Equal(("finished", 3, 4), ((string)data["state"]!, (int)data["step"]!, data["samples"]!.AsArray().Count));

        File.Delete(folder["runs/x/report.html"]);
        foreach (string run in (string[])["x", "runs/x", folder["runs/x"], "runs/x/"])
        {
            MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "report", run, "--out", "page.html");
            Assert.Equal((0, "", "Wrote page.html\n"), (result.ExitCode, result.Error, result.Output.ReplaceLineEndings("\n")));
            Assert.Equal("x", (string)ReportData.In(File.ReadAllText(folder["page.html"]))["name"]!);
            File.Delete(folder["page.html"]);
        }
    }

    [Theory]
    [InlineData("no run with a checkpoint in runs/")]
    [InlineData("no run 'nowhere'", "nowhere")]
    [InlineData("no config.json", ".")]
    [InlineData("cannot be written", "run", "--out", "file/report.html")]
    [InlineData("--out must not be empty", "run", "--out", "")]
    [InlineData("--outt", "run", "--outt", "x")]
    public void Bad_arguments_are_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        RunFixture.Make(folder, "run");
        File.WriteAllText(folder["file"], "");
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, ["report", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
