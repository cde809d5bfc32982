using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;
using MiniGan.Tests.Runs;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Report;

public sealed partial class ReportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_page_holds_all_of_a_run()
    {
        string run = RunFixture.Make(folder, "run", extra: """ "command": ["train", "--out", "it's mine"], "surprise": {"x": 1}, """);
        File.WriteAllText(Path.Combine(run, "evaluation.csv"), "step,frechet_distance,recall\n10,30.5,0.5\n20,20.5,0.75\n");
        JsonNode data = Write(run);
        Assert.Equal(("run", "finished", 20, 20), ((string)data["name"]!, (string)data["state"]!, (int)data["step"]!, (int)data["steps"]!));
        Assert.Equal("""minigan train --out 'it'\''s mine'""", (string)data["command"]!);
        Assert.Equal(20, data["losses"]!["step"]!.AsArray().Count);
        Assert.Equal(["discriminator_loss", "generator_loss", "real_score", "fake_score", "penalty"], data["losses"]!["columns"]!.AsObject().Select(column => column.Key));
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
        Assert.Equal("training", (string)DataIn(File.ReadAllText(Path.Combine(run, "report.html")))["state"]!);
    }

    [Fact]
    public void Networks_are_told_layer_by_layer_with_shapes_and_parameters()
    {
        JsonNode networks = Write(RunFixture.Make(folder, "run"))["networks"]!;
        JsonArray generator = networks["generator"]!["layers"]!.AsArray(), discriminator = networks["discriminator"]!["layers"]!.AsArray();
        Assert.Equal("Linear 3 → 196 [196] 588", Line(generator[0]!));
        Assert.Equal("ConvTranspose2D 4 → 2, kernel 4×4, stride 2, padding 1 [2,14,14] 128", Line(generator[4]!));
        Assert.Equal("Tanh  [1,28,28] 0", Line(generator[^1]!));
        Assert.Equal("Conv2D 1 → 2, kernel 4×4, stride 2, padding 1 [2,14,14] 34", Line(discriminator[0]!));
        Assert.Equal("LeakyReLU slope 0.2 [2,14,14] 0", Line(discriminator[1]!));
        Assert.Equal("Linear 196 → 1 [1] 197", Line(discriminator[^1]!));
        var model = Recipe.For(Preset.Dcgan, width: 2).CreateGan();
        Assert.Equal(model.Discriminator.ParameterCount, (long)networks["discriminator"]!["parameters"]!);

        static string Line(JsonNode layer) => $"{layer["name"]} {layer["detail"]} {layer["output"]!.ToJsonString()} {layer["parameters"]}";
    }

    [Theory]
    [InlineData(Preset.Dcgan, 4)]
    [InlineData(Preset.TfTutorial, 1)]
    [InlineData(Preset.Sngan, 1)]
    [InlineData(Preset.Conditional, 1)]
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

        JsonNode data = Write(run);
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

        JsonNode data = Write(run);
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
        JsonNode data = Write(run);
        Assert.Equal("stopped", (string)data["state"]!);
        Assert.Null(data["losses"]);
        Assert.Empty(data["samples"]!.AsArray());
        Assert.Contains("not valid", (string)data["networks"]!["problem"]!, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(run, "losses.csv"), "step,discriminator_loss,generator_loss,real_score,fake_score\n1,1,1,0.5,0.5\n2,1,1,0.");
        Assert.Equal([1], Write(run)["losses"]!["step"]!.AsArray().Select(step => (int)step!));
    }

    [Fact]
    public void A_run_is_training_while_its_lock_is_held()
    {
        string run = RunFixture.Make(folder, "run", planned: 50), path = Path.Combine(run, "run.lock");
        Assert.Equal("stopped", (string)Write(run)["state"]!);
        using (RunLock held = RunLock.TryHold(path)!)
        {
            Assert.Equal("stopped", (string)Write(run)["state"]!); // it has not begun
            held.Sign();
            Assert.Equal("training", (string)Write(run)["state"]!);
            Assert.Null(RunLock.TryHold(path));
        }

        Assert.Equal("stopped", (string)Write(run)["state"]!); // as after a crash: the file is there, and nobody holds it
    }

    [Fact]
    public void Train_writes_the_page_and_report_writes_it_again()
    {
        MiniGanProcess.Result trained = MiniGanProcess.Run(folder.Path, "train", "--steps", "3", "--width", "1", "--batch", "2", "--out", "runs/x");
        Assert.Equal(("", 0), (trained.Error, trained.ExitCode));
        JsonNode data = DataIn(File.ReadAllText(folder["runs/x/report.html"]));
        Assert.Equal(("finished", 3, 2), ((string)data["state"]!, (int)data["step"]!, data["samples"]!.AsArray().Count));

        File.Delete(folder["runs/x/report.html"]);
        foreach (string run in (string[])["x", "runs/x", folder["runs/x"], "runs/x/"])
        {
            MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "report", run, "--out", "page.html");
            Assert.Equal((0, "", "Wrote page.html\n"), (result.ExitCode, result.Error, result.Output.ReplaceLineEndings("\n")));
            Assert.Equal("x", (string)DataIn(File.ReadAllText(folder["page.html"]))["name"]!);
            File.Delete(folder["page.html"]);
        }
    }

    [Theory]
    [InlineData("RUN")]
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

    [Theory]
    [InlineData("empty", "")]
    [InlineData("not that of a run", "[]")]
    [InlineData("not that of a run", "null")]
    [InlineData("no JSON", "{")]
    [InlineData("not that of a run", """{"gan": 5}""")]
    [InlineData("not that of a run", """{"steps": 5}""")]
    [InlineData("gan", """{"gan": {}, "gan": {}}""")]
    [InlineData("'a'", """{"gan": {"a": 1, "a": 2}}""")]
    [InlineData("UTF-16", """{"gan": {}, "data": "\ud800"}""")]
    [InlineData("UTF-16", """{"gan": {"\udc00": 1}}""")]
    [InlineData("depth", """{"gan": {"a": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}""")]
    public void A_damaged_configuration_is_told_and_the_rest_is_shown(string expected, string json)
    {
        File.WriteAllText(folder["config.json"], json);
        string message = Assert.Throws<RunException>(() => RunReader.Find(folder.Path)).Message; // nothing of a run here
        Assert.Contains("config.json", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);

        string run = RunFixture.Make(folder, "run");
        File.WriteAllText(Path.Combine(run, "config.json"), json);
        JsonNode summary = new RunReader(run).Summary()!;
        Assert.Equal(("damaged", 20), ((string)summary["state"]!, (long)summary["step"]!));
        Assert.Contains(expected, (string)summary["problem"]!, StringComparison.Ordinal);
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "report", "run");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        JsonNode data = DataIn(File.ReadAllText(Path.Combine(run, "report.html")));
        Assert.Equal(("damaged", 20, 3), ((string)data["state"]!, data["losses"]!["step"]!.AsArray().Count, data["samples"]!.AsArray().Count));
        Assert.Contains(expected, (string)data["problems"]![0]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("losses.csv")]
    [InlineData("speed.csv")]
    [InlineData("evaluation.csv")]
    [InlineData("checkpoint.safetensors")]
    [InlineData("best.safetensors")]
    [InlineData("checkpoints")]
    [InlineData("samples")]
    [InlineData("samples/step-000010.png")]
    public void Whatever_stands_in_a_files_place_is_told_and_the_rest_is_shown(string name)
    {
        bool isFolder = name is "checkpoints" or "samples";
        foreach (string what in OperatingSystem.IsWindows() ? ["folder"] : (string[])["folder", "pipe", "dangling link", "link in a circle"])
        {
            string run = RunFixture.Make(folder, what), path = Path.Combine(run, name);
            if (isFolder && Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            File.Delete(path);
            switch (what)
            {
                case "folder" when isFolder: File.WriteAllText(path, ""); break;
                case "folder": Directory.CreateDirectory(path); break;
                case "pipe": RunFixture.Pipe(path); break;
                case "dangling link": File.CreateSymbolicLink(path, "nowhere"); break;
                default: File.CreateSymbolicLink(path, Path.GetFileName(path)); break;
            }

            JsonNode data = Write(run);
            bool isForgotten = what == "folder" && name.EndsWith(".png", StringComparison.Ordinal); // a folder of that name is no picture
            Assert.Equal(isForgotten ? 0 : 1, data["problems"]!.AsArray().Count);
            Assert.All(data["problems"]!.AsArray(), problem => Assert.Contains(name, (string)problem!, StringComparison.Ordinal));
            Assert.Equal(name == "losses.csv" ? 0 : 20, (int)data["step"]!);
            Assert.Equal(name == "samples" ? 0 : name == "samples/step-000010.png" ? 2 : 3, data["samples"]!.AsArray().Count);
            Assert.Equal(name == "config.json", (string)new RunReader(run).Summary()!["state"]! == "damaged");
        }
    }

    [Fact]
    public void What_cannot_be_read_is_told_again_until_it_can_be()
    {
        string run = RunFixture.Make(folder, "run"), losses = Path.Combine(run, "losses.csv"), aside = Path.Combine(run, "aside");
        var reader = new RunReader(run);
        JsonNode Read() => reader.Read(10, sample => sample.Path)!;
        Assert.Empty(Read()["problems"]!.AsArray());
        File.Move(losses, aside);
        Directory.CreateDirectory(losses);
        Assert.Single(Read()["problems"]!.AsArray());
        Assert.Single(Read()["problems"]!.AsArray());
        Directory.Delete(losses);
        File.Move(aside, losses);
        Assert.Equal((0, 20), (Read()["problems"]!.AsArray().Count, Read()["losses"]!["step"]!.AsArray().Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public void A_file_of_any_time_is_a_run(int year)
    {
        string run = RunFixture.Make(folder, "run");
        var time = DateTime.UnixEpoch.AddYears(Math.Min(year, 2400) - 1970); // what most file systems can keep
        foreach (string file in Directory.GetFiles(run, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, time);
        }

        Assert.InRange((long)new RunReader(run).Summary()!["changed"]!, 0, long.MaxValue);
        Assert.Empty(Write(run)["problems"]!.AsArray());
    }

    [Theory]
    [InlineData("118 million weights", """ "width": 1024, "latentSize": 512 """)]
    [InlineData("from 2 to 256", """ "width": 2, "latentSize": 3, "classes": 100000000 """)]
    [InlineData("from 1 to 1024", """ "width": 100000000, "latentSize": 3 """)]
    [InlineData("million weights", """ "width": 64, "latentSize": 3, "discriminatorHidden": 4096, "discriminatorNormalization": "none" """)]
    [InlineData("million weights", """ "width": 500, "latentSize": 3, "generatorConvolutions": 16 """)]
    public void Networks_that_would_take_much_memory_are_not_built_to_be_shown(string expected, string sizes)
    {
        long before = GC.GetTotalAllocatedBytes();
        JsonObject networks = RunReport.NetworksOf((JsonObject)JsonNode.Parse($$"""{"gan": {"preset": "dcgan", "batchSize": 4, "learningRate": 0.002, "beta1": 0.5, "seed": 7, {{sizes}} } }""")!);
        Assert.Contains(expected, (string)networks["problem"]!, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10_000_000);
    }

    private static JsonNode Write(string run) => DataIn(File.ReadAllText(new RunReport(new RunReader(run)).Write()));

    private static JsonNode DataIn(string page) => JsonNode.Parse(DataBlock().Match(page).Groups[1].Value)!["run"]!;

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex DataBlock();
}
