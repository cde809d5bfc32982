using System.Diagnostics;
using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_leaves_its_configuration_losses_samples_and_checkpoint()
    {
        MiniGanProcess.Result result = Train("--steps", "5", "--width", "2", "--batch", "4", "--seed", "3");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("6,000 digits that ship with MiniGan", result.Output, StringComparison.Ordinal);
        Assert.Contains("step 5/5", result.Output, StringComparison.Ordinal);
        string run = folder["runs/conditional-mnist-subset-1"];
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!;
        Assert.Equal(
            ("mnist-subset", 6000, 5, "conditional", 2, 4, 3),
            ((string?)configuration["data"], (int)configuration["images"]!, (int)configuration["steps"]!,
                (string?)configuration["gan"]!["preset"], (int)configuration["gan"]!["width"]!, (int)configuration["gan"]!["batchSize"]!,
                (int)configuration["gan"]!["seed"]!));
        string[] losses = File.ReadAllLines(Path.Combine(run, "losses.csv"));
        Assert.Equal("step,discriminator_loss,generator_loss,real_score,fake_score,penalty", losses[0]);
        Assert.Equal(["1", "2", "3", "4", "5"], losses[1..].Select(line => line.Split(',')[0]));
        Assert.All(
            losses[1..],
            line => Assert.All(line.Split(',')[1..], value =>
                Assert.True(double.Parse(value, System.Globalization.CultureInfo.InvariantCulture) > 0)));
        Assert.Equal(
            ["step-000000.png", "step-000001.png", "step-000002.png", "step-000005.png"],
            Directory.GetFiles(Path.Combine(run, "samples")).Select(Path.GetFileName).Order());
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(run, "samples", "step-000005.png")), File.ReadAllBytes(Path.Combine(run, "samples.png")));
        Assert.Equal(5, GanCheckpoint.Open(Path.Combine(run, "checkpoint.safetensors")).Step);

        Assert.Equal(0, Train("--steps", "1", "--width", "2", "--batch", "4").ExitCode);
        Assert.True(File.Exists(folder["runs/conditional-mnist-subset-2/config.json"]));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("cutout", "--augment", "cutout")]
    [InlineData("color, cutout", "--augment", "cutout,color")]
    [InlineData("color, translation, cutout", "--augment")]
    public void Augmentations_are_chosen_by_name_or_all_at_once(string expected, params string[] option)
    {
        Assert.Equal(0, Train(["--out", "run", "--width", "1", "--batch", "2", "--steps", "1", .. option]).ExitCode);
        JsonNode recipe = JsonNode.Parse(File.ReadAllText(folder["run/config.json"]))!["gan"]!;
        Assert.Equal((expected, "transposed"), ((string?)recipe["augment"], (string?)recipe["upsampling"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true, "--conditional-normalization")]
    public void Labels_are_told_at_each_normalisation_on_request_and_go_on_so(bool expected, params string[] option)
    {
        Assert.Equal(0, Train(["--out", "run", "--width", "1", "--batch", "2", "--steps", "1", .. option]).ExitCode);
        JsonNode recipe = JsonNode.Parse(File.ReadAllText(folder["run/config.json"]))!["gan"]!;
        Assert.Equal(expected, (bool)recipe["conditionalNormalization"]!);
        Assert.Equal(0, Train("--out", "run", "--resume", "--steps", "2").ExitCode);
        Gan gan = Recipe.LoadGan(folder["run/checkpoint.safetensors"]);
        Assert.Equal(expected, gan.Generator.Descendants().OfType<ConditionalBatchNorm2D>().Any());
    }

    [Fact]
    public void Residual_networks_train_with_labels()
    {
        MiniGanProcess.Result result = Train(
            "--preset", "residual", "--conditional", "--out", "run", "--width", "1", "--batch", "2", "--steps", "1", "--augment");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonNode recipe = JsonNode.Parse(File.ReadAllText(folder["run/config.json"]))!["gan"]!;
        Assert.Equal(("residual", "nearest", 10), ((string?)recipe["preset"], (string?)recipe["upsampling"], (int)recipe["classes"]!));
    }

    [Fact]
    public void Epochs_are_sampled_and_the_seed_decides_everything()
    {
        WriteData(20);
        string[] common = ["--data", "digits", "--epochs", "2", "--batch", "8", "--width", "2"];
        Assert.Equal(0, Train([.. common, "--out", "a", "--threads", "1"]).ExitCode);
        Assert.Equal(0, Train([.. common, "--out", "b", "--threads", "3"]).ExitCode);
        Assert.Equal(0, Train([.. common, "--out", "c", "--seed", "2"]).ExitCode);
        Assert.Equal(
            ["step-000000.png", "step-000001.png", "step-000002.png", "step-000004.png"],
            Directory.GetFiles(folder["a/samples"]).Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllBytes(folder["a/checkpoint.safetensors"]), File.ReadAllBytes(folder["b/checkpoint.safetensors"]));
        Assert.Equal(File.ReadAllBytes(folder["a/losses.csv"]), File.ReadAllBytes(folder["b/losses.csv"]));
        Assert.NotEqual(File.ReadAllBytes(folder["a/losses.csv"]), File.ReadAllBytes(folder["c/losses.csv"]));
    }

    [Fact]
    public void A_run_is_replaced_only_when_told_and_nothing_else_is_touched()
    {
        string[] common = ["--steps", "1", "--width", "1", "--batch", "2", "--out", "run"];
        Assert.Equal(0, Train([.. common, "--seed", "1"]).ExitCode);
        byte[] first = File.ReadAllBytes(folder["run/checkpoint.safetensors"]);
        AssertRefused("--overwrite", Train([.. common, "--seed", "2"]));
        Assert.Equal(first, File.ReadAllBytes(folder["run/checkpoint.safetensors"]));
        File.WriteAllText(folder["run/notes.txt"], "mine");
        File.WriteAllText(folder["run/samples/step-000777.png"], "an old sample");
        Assert.Equal(0, Train([.. common, "--seed", "2", "--overwrite"]).ExitCode);
        Assert.NotEqual(first, File.ReadAllBytes(folder["run/checkpoint.safetensors"]));
        Assert.Equal("mine", File.ReadAllText(folder["run/notes.txt"]));
        Assert.False(File.Exists(folder["run/samples/step-000777.png"]));

        // What cannot start replaces nothing.
        byte[] second = File.ReadAllBytes(folder["run/checkpoint.safetensors"]);
        Assert.Equal(
            2, MiniGanProcess.Run(folder.Path, new() { ["MINIGAN_KERNELS"] = "abacus" }, ["train", .. common, "--overwrite"]).ExitCode);
        Assert.Equal(second, File.ReadAllBytes(folder["run/checkpoint.safetensors"]));

        Directory.CreateDirectory(folder["other"]);
        File.WriteAllText(folder["other/config.json"], """{"gan": "not one of ours"}""");
        AssertRefused("holds other things", Train("--steps", "1", "--out", "other", "--overwrite"));
        Directory.CreateDirectory(folder["photos"]);
        File.WriteAllText(folder["photos/me.png"], "mine");
        AssertRefused("holds other things", Train("--steps", "1", "--out", "photos", "--overwrite"));
        Assert.Single(Directory.GetFileSystemEntries(folder["photos"]));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("folder")]
    public void What_cannot_start_replaces_nothing(string obstacle)
    {
        string[] common = ["--data", "digits", "--steps", "3", "--width", "1", "--batch", "4", "--out", "run"];
        WriteData(200);
        Assert.Equal(0, Train([.. common, "--tensorboard"]).ExitCode);
        if (obstacle == "folder")
        {
            File.Delete(folder["run/speed.csv"]);
            Directory.CreateDirectory(folder["run/speed.csv/in the way of the new run's"]);
        }

        Dictionary<string, string> before = Contents("run");
        MiniGanProcess.Result result = obstacle == "memory"
            ? MiniGanProcess.Run(
                folder.Path, new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x6000000" }, "train", "--data", "digits",
                "--width", "64", "--batch", "200", "--out", "run", "--overwrite")
            : Train([.. common, "--overwrite"]);
        AssertRefused(obstacle == "memory" ? "not enough memory" : "cannot be written", result);
        // the networks were built: it was the first step that failed, or what follows it
        Assert.Contains("on 200 images", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, Contents("run"));
    }

    [Fact]
    public async Task Runs_that_begin_at_once_have_folders_of_their_own()
    {
        string[] options = ["train", "--steps", "1", "--width", "1", "--batch", "2"];
        MiniGanProcess.Result[] results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => MiniGanProcess.Run(folder.Path, options))));
        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        Assert.Equal(
            Enumerable.Range(1, 8).Select(number => $"conditional-mnist-subset-{number}").Order(),
            Directory.GetDirectories(folder["runs"]).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetDirectories(folder["runs"]), run =>
            Assert.Equal(1, GanCheckpoint.Open(Path.Combine(run, "checkpoint.safetensors")).Step));

        results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => MiniGanProcess.Run(folder.Path, [.. options, "--out", "one"]))));
        Assert.Equal([0, 2, 2, 2], results.Select(result => result.ExitCode).Order());
    }

    [Fact]
    public void The_tutorials_networks_train_too()
    {
        MiniGanProcess.Result result = Train("--preset", "tf-tutorial", "--steps", "1", "--batch", "2");
        Assert.Equal(0, result.ExitCode);
        Assert.True(File.Exists(folder["runs/tf-tutorial-mnist-subset-1/samples.png"]));
    }

    [Fact]
    public void A_machine_without_any_vector_instructions_trains_too()
    {
        var environment = new Dictionary<string, string> { ["DOTNET_EnableHWIntrinsic"] = "0" };
        MiniGanProcess.Result result = MiniGanProcess.Run(
            folder.Path, environment, "train", "--steps", "2", "--width", "1", "--batch", "2");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [UnixFact("Windows cannot send Ctrl-C to one process alone.")]
    public void Ctrl_C_finishes_the_step_and_saves()
    {
        using Process process = MiniGanProcess.Start(
            folder.Path, [], "train", "--epochs", "1000", "--width", "2", "--batch", "8", "--out", "run");
        using (var started = new CancellationTokenSource(TimeSpan.FromMinutes(2)))
        {
            while (!File.Exists(folder["run/samples/step-000000.png"]))
            {
                Assert.False(started.IsCancellationRequested || process.HasExited);
                Thread.Yield();
            }
        }

        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            kill.WaitForExit();
        }

        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)));
        Assert.Equal(130, process.ExitCode);
        string output = process.StandardOutput.ReadToEnd();
        Assert.Contains("Stopped after", output, StringComparison.Ordinal);
        long steps = GanCheckpoint.Open(folder["run/checkpoint.safetensors"]).Step;
        Assert.Equal(steps, File.ReadAllLines(folder["run/losses.csv"]).Length - 1);
        Assert.True(File.Exists(folder[$"run/samples/step-{steps:D6}.png"]));
    }

    private static void AssertRefused(string expected, MiniGanProcess.Result result)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("minigan: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private MiniGanProcess.Result Train(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["train", .. arguments]);

    /// <summary>All files of a folder with what they hold.</summary>
    private Dictionary<string, string> Contents(string run) =>
        Directory.GetFiles(folder[run], "*", SearchOption.AllDirectories)
            .ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(file)));

    private void WriteData(int count, string name = "digits")
    {
        byte[] pixels = [.. Enumerable.Range(0, count * 28 * 28).Select(i => (byte)(i * i / 97))];
        IdxFile.WriteImages(folder[$"{name}/train-images-idx3-ubyte"], new IdxImages(count, 28, 28, pixels));
        IdxFile.WriteLabels(folder[$"{name}/train-labels-idx1-ubyte"], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))]);
    }
}
