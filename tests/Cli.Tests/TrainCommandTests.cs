using System.Diagnostics;
using System.Text.Json.Nodes;
using MiniGan.Data;
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
            ((string?)configuration["data"], (int)configuration["images"]!, (int)configuration["steps"]!, (string?)configuration["gan"]!["preset"], (int)configuration["gan"]!["width"]!, (int)configuration["gan"]!["batchSize"]!, (int)configuration["gan"]!["seed"]!));
        string[] losses = File.ReadAllLines(Path.Combine(run, "losses.csv"));
        Assert.Equal("step,discriminator_loss,generator_loss,real_score,fake_score,penalty", losses[0]);
        Assert.Equal(["1", "2", "3", "4", "5"], losses[1..].Select(line => line.Split(',')[0]));
        Assert.All(losses[1..], line => Assert.All(line.Split(',')[1..], value => Assert.True(double.Parse(value, System.Globalization.CultureInfo.InvariantCulture) > 0)));
        Assert.Equal(["step-000000.png", "step-000005.png"], Directory.GetFiles(Path.Combine(run, "samples")).Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllBytes(Path.Combine(run, "samples", "step-000005.png")), File.ReadAllBytes(Path.Combine(run, "samples.png")));
        Assert.Equal(5, GanCheckpoint.Open(Path.Combine(run, "checkpoint.safetensors")).Step);

        Assert.Equal(0, Train("--steps", "1", "--width", "2", "--batch", "4").ExitCode);
        Assert.True(File.Exists(folder["runs/conditional-mnist-subset-2/config.json"]));
    }

    [Fact]
    public void Epochs_are_sampled_and_the_seed_decides_everything()
    {
        WriteData(20);
        string[] common = ["--data", "digits", "--epochs", "2", "--batch", "8", "--width", "2"];
        Assert.Equal(0, Train([.. common, "--out", "a", "--threads", "1"]).ExitCode);
        Assert.Equal(0, Train([.. common, "--out", "b", "--threads", "3"]).ExitCode);
        Assert.Equal(0, Train([.. common, "--out", "c", "--seed", "2"]).ExitCode);
        Assert.Equal(["step-000000.png", "step-000002.png", "step-000004.png"], Directory.GetFiles(folder["a/samples"]).Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllBytes(folder["a/checkpoint.safetensors"]), File.ReadAllBytes(folder["b/checkpoint.safetensors"]));
        Assert.Equal(File.ReadAllBytes(folder["a/losses.csv"]), File.ReadAllBytes(folder["b/losses.csv"]));
        Assert.NotEqual(File.ReadAllBytes(folder["a/losses.csv"]), File.ReadAllBytes(folder["c/losses.csv"]));
    }

    [Fact]
    public void The_data_folder_is_found_from_below_and_preferred_to_the_subset()
    {
        WriteData(12, "data/mnist");
        Directory.CreateDirectory(folder["some/where"]);
        MiniGanProcess.Result result = MiniGanProcess.Run(folder["some/where"], "train", "--steps", "1", "--batch", "4", "--width", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("12 images of mnist:", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["some/where/runs/conditional-mnist-1/checkpoint.safetensors"]));
    }

    [Fact]
    public void An_empty_data_folder_is_no_data()
    {
        Directory.CreateDirectory(folder["data/mnist"]);
        Assert.Contains("of mnist-subset:", Train("--steps", "1", "--batch", "2", "--width", "1").Output, StringComparison.Ordinal);
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
        Assert.Equal(2, MiniGanProcess.Run(folder.Path, new() { ["MINIGAN_KERNELS"] = "abacus" }, ["train", .. common, "--overwrite"]).ExitCode);
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
                folder.Path, new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x6000000" }, "train", "--data", "digits", "--width", "64", "--batch", "200", "--out", "run", "--overwrite")
            : Train([.. common, "--overwrite"]);
        AssertRefused(obstacle == "memory" ? "not enough memory" : "cannot be written", result);
        Assert.Contains("on 200 images", result.Output, StringComparison.Ordinal); // the networks were built: it was the first step that failed, or what follows it
        Assert.Equal(before, Contents("run"));
    }

    [Fact]
    public async Task Runs_that_begin_at_once_have_folders_of_their_own()
    {
        string[] options = ["train", "--steps", "1", "--width", "1", "--batch", "2"];
        MiniGanProcess.Result[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => MiniGanProcess.Run(folder.Path, options))));
        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        Assert.Equal(
            Enumerable.Range(1, 8).Select(number => $"conditional-mnist-subset-{number}").Order(),
            Directory.GetDirectories(folder["runs"]).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetDirectories(folder["runs"]), run => Assert.Equal(1, GanCheckpoint.Open(Path.Combine(run, "checkpoint.safetensors")).Step));

        results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MiniGanProcess.Run(folder.Path, [.. options, "--out", "one"]))));
        Assert.Equal([0, 2, 2, 2], results.Select(result => result.ExitCode).Order());
    }

    [Fact]
    public void The_tutorials_networks_train_too()
    {
        MiniGanProcess.Result result = Train("--preset", "tf-tutorial", "--steps", "1", "--batch", "2");
        Assert.Equal(0, result.ExitCode);
        Assert.True(File.Exists(folder["runs/tf-tutorial-mnist-subset-1/samples.png"]));
    }

    [Theory]
    [InlineData("--steps", "--steps", "abc")]
    [InlineData("--steps", "--steps", "0")]
    [InlineData("--steps", "--steps")]
    [InlineData("--epochs", "--epochs", "-1")]
    [InlineData("give one of them", "--epochs", "1", "--steps", "1")]
    [InlineData("--width", "--width", "0")]
    [InlineData("--width", "--width", "1025")]
    [InlineData("width 64", "--preset", "tf-tutorial", "--width", "32")]
    [InlineData("--batch", "--batch", "0")]
    [InlineData("at least 2", "--preset", "tf-tutorial", "--batch", "1")]
    [InlineData("6000", "--batch", "6001")]
    [InlineData("--learning-rate", "--learning-rate", "0")]
    [InlineData("--learning-rate", "--learning-rate", "NaN")]
    [InlineData("--learning-rate", "--learning-rate", "0,0002")]
    [InlineData("make one of them smaller", "--batch", "60000", "--width", "1024")]
    [InlineData("--out", "--out", "")]
    [InlineData("--data", "--data", "")]
    [InlineData("--seed", "--seed", "-1")]
    [InlineData("--threads", "--threads", "0")]
    [InlineData("--stepz", "--stepz", "1")]
    [InlineData("extra", "extra")]
    [InlineData("did you mean --epochs?", "--epoch", "3")]
    [InlineData("--preset must be dcgan, tf-tutorial, lsgan, wgan-gp, sngan, r1 or conditional, but is 'x'", "--preset", "x")]
    [InlineData("--loss must be", "--loss", "l2")]
    [InlineData("neither further", "--preset", "tf-tutorial", "--discriminator-hidden", "1")]
    [InlineData("no spectral", "--preset", "tf-tutorial", "--discriminator-normalization", "spectral")]
    [InlineData("smoothing", "--preset", "lsgan", "--real-target", "0.9")]
    [InlineData("--real-target", "--real-target", "0")]
    [InlineData("whole batch", "--penalty", "r1", "--discriminator-normalization", "batch")]
    [InlineData("packs of 3", "--preset", "dcgan", "--packing", "3")]
    [InlineData("not both", "--packing", "2")]
    [InlineData("--packing", "--packing", "65")]
    [InlineData("--beta2", "--beta2", "1")]
    [InlineData("--checkpoint-every", "--checkpoint-every", "0")]
    [InlineData("--evaluate-every", "--evaluate-every", "x")]
    [InlineData("give both", "--classifier", "x.safetensors")]
    [InlineData("x.safetensors'. Give a file", "--evaluate-every", "2", "--classifier", "x.safetensors")]
    [InlineData("give that as --out", "--resume")]
    [InlineData("no run in 'nowhere'", "--resume", "--out", "nowhere")]
    [InlineData("leave --width, --seed out", "--resume", "--out", "nowhere", "--width", "3", "--seed", "1")]
    [InlineData("leave --overwrite out", "--resume", "--out", "nowhere", "--overwrite")]
    [InlineData("nowhere", "--data", "nowhere")]
    [InlineData("get-fashion-mnist", "--data", "fashion-mnist")]
    [InlineData("train-images-idx3-ubyte", "--data", ".")]
    [InlineData("is a file", "--out", "file")]
    [InlineData("cannot be written", "--out", "file/run")]
    public void Bad_arguments_are_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        File.WriteAllText(folder["file"], "");
        AssertRefused(expected, Train(arguments));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("truncated", "truncated")]
    [InlineData("gzip", "still gzip-compressed")]
    [InlineData("labels", "7 labels")]
    [InlineData("swapped", "swapped")]
    [InlineData("one label", "--preset r1")]
    [InlineData("text", "no IDX file")]
    [InlineData("size", "28×28")]
    public void Bad_data_is_one_line_and_exit_code_2(string what, string expected)
    {
        WriteData(8);
        string images = folder["digits/train-images-idx3-ubyte"], labels = folder["digits/train-labels-idx1-ubyte"];
        byte[] bytes = File.ReadAllBytes(images);
        switch (what)
        {
            case "truncated": File.WriteAllBytes(images, bytes[..^1]); break;
            case "gzip": File.WriteAllBytes(images, [0x1F, 0x8B, .. bytes]); break;
            case "labels": IdxFile.WriteLabels(labels, new byte[7]); break;
            case "one label": IdxFile.WriteLabels(labels, new byte[8]); break;
            case "swapped": File.Copy(labels, images, overwrite: true); break;
            case "text": File.WriteAllText(images, "these are not the digits that you are looking for"); break;
            default: IdxFile.WriteImages(images, new IdxImages(8, 28, 27, new byte[8 * 28 * 27])); break;
        }

        AssertRefused(expected, Train("--data", "digits", "--batch", "4"));
    }

    [Fact]
    public void Kernels_that_are_missing_are_never_replaced_in_silence()
    {
        var environment = new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = "0", ["MINIGAN_KERNELS"] = "avx512" };
        AssertRefused("avx512", MiniGanProcess.Run(folder.Path, environment, "train", "--steps", "1", "--width", "1", "--batch", "2"));
        environment = new() { ["MINIGAN_KERNELS"] = "abacus" };
        AssertRefused("no such kernel set", MiniGanProcess.Run(folder.Path, environment, "train", "--steps", "1", "--width", "1", "--batch", "2"));
    }

    [Fact]
    public void A_machine_without_any_vector_instructions_trains_too()
    {
        var environment = new Dictionary<string, string> { ["DOTNET_EnableHWIntrinsic"] = "0" };
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, environment, "train", "--steps", "2", "--width", "1", "--batch", "2");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public void Ctrl_C_finishes_the_step_and_saves()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There is no way to send Ctrl-C to one process alone.
        }

        using Process process = MiniGanProcess.Start(folder.Path, [], "train", "--epochs", "1000", "--width", "2", "--batch", "8", "--out", "run");
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
        Directory.GetFiles(folder[run], "*", SearchOption.AllDirectories).ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(file)));

    private void WriteData(int count, string name = "digits")
    {
        byte[] pixels = [.. Enumerable.Range(0, count * 28 * 28).Select(i => (byte)(i * i / 97))];
        IdxFile.WriteImages(folder[$"{name}/train-images-idx3-ubyte"], new IdxImages(count, 28, 28, pixels));
        IdxFile.WriteLabels(folder[$"{name}/train-labels-idx1-ubyte"], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))]);
    }
}
