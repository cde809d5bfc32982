using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary><c>train --resume</c>, from the outside: real processes, really killed.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly string[] Small = ["--data", "digits", "--width", "1", "--batch", "4", "--latent-size", "2"];

    private readonly TemporaryFolder folder = new();

    public ResumeTests()
    {
        const int count = 45; // eleven batches an epoch, and an image left over
        byte[] pixels = [.. Enumerable.Range(0, count * 28 * 28).Select(i => (byte)(i * i / 97))];
        IdxFile.WriteImages(folder["digits/train-images-idx3-ubyte"], new IdxImages(count, 28, 28, pixels));
        IdxFile.WriteLabels(folder["digits/train-labels-idx1-ubyte"], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>MINIGAN_KILLS=100 in the environment kills a hundred times.</summary>
    [Fact]
    public void A_run_that_is_killed_many_times_ends_as_one_that_is_not()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("MINIGAN_KILLS") ?? "6", CultureInfo.InvariantCulture);
        string[] options = [.. Small, "--checkpoint-every", "7", "--tensorboard"];
        var random = new RandomSource(1, "kills");
        for (int kill = 0; kill < kills; kill++)
        {
            string[] resume = ["--out", "killed", "--resume"];
            long before = StepOf("killed");
            using Process process = MiniGanProcess.Start(folder.Path, [], ["train", .. kill == 0 ? [.. options, "--steps", "1000000", "--out", "killed"] : resume]);
            var waited = Stopwatch.StartNew();

            // Each other one while it starts; the others somewhere between a first checkpoint and a while later, so that they are hit within any of the files that they write.
            bool starts = kill % 2 == 1;
            while (!starts && StepOf("killed") == before && !process.HasExited)
            {
                Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2));
                Thread.Sleep(1);
            }

            Thread.Sleep(random.NextInt(starts ? 600 : 60));
            Assert.False(process.HasExited);
            process.Kill();
            process.WaitForExit();

            // Whatever was being written, what is there loads.
            Assert.All(Directory.GetFiles(folder["killed"], "*.safetensors", SearchOption.AllDirectories), path => Assert.NotEmpty(GanCheckpoint.Open(path).ReadTrainer().Tensors));
            Assert.NotNull(JsonNode.Parse(File.ReadAllText(folder["killed/config.json"])));
        }

        // None of them came to its end by itself. The last one does, a little later.
        string steps = $"{StepOf("killed") + 20}";
        Assert.Equal((0, ""), Run("--out", "killed", "--resume", "--steps", steps) is var last ? (last.ExitCode, last.Error) : default);
        Assert.Equal(0, Run([.. options, "--steps", steps, "--out", "whole"]).ExitCode);
        foreach (string file in new[] { "checkpoint.safetensors", "losses.csv", "samples.png" })
        {
            Assert.Equal(Checksum($"whole/{file}"), Checksum($"killed/{file}"));
        }

        Assert.Equal(3, Directory.GetFiles(folder["killed/checkpoints"]).Length);
        Assert.Equal(Checksum("killed/checkpoint.safetensors"), Checksum($"killed/checkpoints/step-{steps.PadLeft(6, '0')}.safetensors"));
        Assert.Empty(Directory.GetFiles(folder["killed"], "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_run_goes_on_beyond_its_end_when_told_to()
    {
        Assert.Equal(0, Run([.. Small, "--steps", "9", "--out", "whole"]).ExitCode);
        Assert.Equal(0, Run([.. Small, "--steps", "4", "--out", "longer"]).ExitCode);
        AssertRefused("4 steps already", Run("--out", "longer", "--resume"));
        MiniGanProcess.Result result = Run("--out", "longer", "--resume", "--steps", "9");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Going on after step 4", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("has fallen", result.Output, StringComparison.Ordinal);
        Assert.Equal(Checksum("whole/checkpoint.safetensors"), Checksum("longer/checkpoint.safetensors"));
        Assert.Equal(Checksum("whole/losses.csv"), Checksum("longer/losses.csv"));
        Assert.Equal(9, (int)JsonNode.Parse(File.ReadAllText(folder["longer/config.json"]))!["steps"]!);
    }

    [Theory]
    [InlineData("5,1,1,1,1,1\n6,1,1,1,1")]
    [InlineData("1")]
    [InlineData("3,")]
    [InlineData("3,abc")]
    [InlineData("3,1,1,1,1,x\n")]
    public void What_was_written_after_the_last_checkpoint_is_dropped(string half)
    {
        Assert.Equal(0, Run([.. Small, "--steps", "4", "--out", "run"]).ExitCode);
        byte[] losses = File.ReadAllBytes(folder["run/losses.csv"]);
        File.AppendAllText(folder["run/losses.csv"], half);
        File.AppendAllText(folder["run/speed.csv"], half);
        File.WriteAllText(folder["run/checkpoint.safetensors.abc.part"], "half");
        Assert.Equal(0, Run("--out", "run", "--resume", "--steps", "5").ExitCode);
        Assert.Equal(losses, File.ReadAllBytes(folder["run/losses.csv"])[..losses.Length]);
        Assert.Equal(6, File.ReadAllLines(folder["run/losses.csv"]).Length);
        Assert.False(File.Exists(folder["run/checkpoint.safetensors.abc.part"]));
    }

    [Fact]
    public void A_run_that_was_killed_before_it_could_begin_leaves_a_folder_to_begin_in()
    {
        Directory.CreateDirectory(folder["run/samples"]);
        Directory.CreateDirectory(folder["run/checkpoints"]);
        File.WriteAllText(folder["run/run.lock"], "");
        File.WriteAllText(folder["run/config.json.abc.part"], "{");
        File.WriteAllText(folder["run/events.out.tfevents.0000000001.host.1.0"], "");
        Assert.Equal(0, Run([.. Small, "--steps", "1", "--out", "run"]).ExitCode);
        Assert.False(File.Exists(folder["run/config.json.abc.part"]));
        Assert.False(File.Exists(folder["run/events.out.tfevents.0000000001.host.1.0"]));

        // What someone trained for is not deleted so.
        File.Delete(folder["run/config.json"]);
        File.Delete(folder["run/samples.png"]);
        File.Delete(folder["run/report.html"]);
        File.Delete(folder["run/checkpoint.safetensors"]);
        AssertRefused("other things than a run", Run([.. Small, "--steps", "1", "--out", "run"]));
        Assert.True(File.Exists(folder["run/checkpoints/step-000001.safetensors"]));
    }

    [Fact]
    public void Without_its_newest_checkpoint_a_run_goes_on_from_the_newest_that_was_kept()
    {
        Assert.Equal(0, Run([.. Small, "--steps", "9", "--out", "whole"]).ExitCode);
        Assert.Equal(0, Run([.. Small, "--steps", "4", "--checkpoint-every", "3", "--out", "run"]).ExitCode);
        File.Delete(folder["run/checkpoint.safetensors"]);
        File.Delete(folder["run/checkpoints/step-000004.safetensors"]);
        MiniGanProcess.Result result = Run("--out", "run", "--resume", "--steps", "9");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Going on after step 3", result.Output, StringComparison.Ordinal);
        Assert.Equal(Checksum("whole/checkpoint.safetensors"), Checksum("run/checkpoint.safetensors"));
        Assert.Equal(Checksum("whole/losses.csv"), Checksum("run/losses.csv"));
    }

    [Theory]
    [InlineData("header")]
    [InlineData("payload")]
    [InlineData("step")]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("seed")]
    [InlineData("trainer")]
    [InlineData("folder")]
    public void A_run_goes_on_from_the_newest_checkpoint_that_is_whole(string damage)
    {
        Assert.Equal(0, Run([.. Small, "--steps", "9", "--out", "whole"]).ExitCode);
        Assert.Equal(0, Run([.. Small, "--steps", "4", "--checkpoint-every", "1", "--out", "run"]).ExitCode);
        foreach (string path in (string[])[folder["run/checkpoint.safetensors"], folder["run/checkpoints/step-000004.safetensors"]])
        {
            byte[] bytes = File.ReadAllBytes(path);
            string header = System.Text.Encoding.Latin1.GetString(bytes);
            void Change(string from, string to) => File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(header.Replace(from, to, StringComparison.Ordinal)));
            switch (damage)
            {
                case "header": Change("F32", "F33"); break;
                case "payload":
                    byte[] changed = [.. bytes];
                    changed[^100] ^= 1;
                    File.WriteAllBytes(path, changed);
                    break;
                case "step": Change("\"step\":\"4\"", "\"step\":\"5\""); break;
                case "truncated": File.WriteAllBytes(path, bytes[..^1]); break;
                case "empty": File.WriteAllBytes(path, []); break;
                case "seed": Change("seed\\\": 1", "seed\\\": 2"); Change("seed\\u0022: 1", "seed\\u0022: 2"); break;
                case "trainer": WithoutTrainer(path); break;
                default:
                    File.Delete(path);
                    Directory.CreateDirectory(path);
                    break;
            }

            Assert.True(damage == "folder" || !bytes.AsSpan().SequenceEqual(File.ReadAllBytes(path)));
        }

        if (damage == "folder")
        {
            Assert.Contains("cannot be written", Run("--out", "run", "--resume", "--steps", "9").Error, StringComparison.Ordinal); // at step 4, where the folder is in the way
            Directory.Delete(folder["run/checkpoint.safetensors"]);
            Directory.Delete(folder["run/checkpoints/step-000004.safetensors"]);
        }

        MiniGanProcess.Result result = Run("--out", "run", "--resume", "--steps", "9");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Going on after step 3", result.Output, StringComparison.Ordinal);
        Assert.Equal(damage == "folder" ? 0 : 2, result.Output.Split("Going on from the newest checkpoint before it that is whole.").Length - 1);
        Assert.Equal(Checksum("whole/checkpoint.safetensors"), Checksum("run/checkpoint.safetensors"));
        Assert.Equal(Checksum("whole/losses.csv"), Checksum("run/losses.csv"));
    }

    [Fact]
    public void A_folder_of_ones_own_is_found_again_whatever_its_name()
    {
        Directory.CreateDirectory(folder["u"]);
        Directory.Move(folder["digits"], folder["u/mnist-subset"]);
        string[] options = ["--data", "u/mnist-subset", "--width", "1", "--batch", "4", "--latent-size", "2", "--out", "run"];
        Assert.Equal(0, Run([.. options, "--steps", "2"]).ExitCode);
        MiniGanProcess.Result result = Run("--out", "run", "--resume", "--steps", "4");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("45 images", result.Output, StringComparison.Ordinal);

        // Those that ship with the program are found where it is now.
        Assert.Equal(0, Run("--steps", "1", "--width", "1", "--batch", "4", "--out", "shipped").ExitCode);
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(folder["shipped/config.json"]))!;
        configuration["dataFolder"] = folder["moved"];
        File.WriteAllText(folder["shipped/config.json"], configuration.ToJsonString());
        Assert.Equal((0, ""), Run("--out", "shipped", "--resume", "--steps", "2") is var last ? (last.ExitCode, last.Error) : default);
    }

    [Fact]
    public void A_folder_that_is_gone_is_not_made_again()
    {
        foreach (bool isReplaced in (bool[])[false, true])
        {
            using Process process = MiniGanProcess.Start(folder.Path, [], ["train", .. Small, "--steps", "1000000", "--checkpoint-every", "50", "--out", "run"]);
            while (StepOf("run") == 0)
            {
                Assert.False(process.HasExited);
                Thread.Sleep(5);
            }

            string moved = isReplaced ? "elsewhere" : "moved";
            Directory.Move(folder["run"], folder[moved]);
            if (isReplaced)
            {
                Directory.CreateDirectory(folder["run"]);
                File.WriteAllText(folder["run/run.lock"], "another run's");
            }

            string error = process.StandardError.ReadToEnd();
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)));
            Assert.Equal(2, process.ExitCode);
            Assert.Contains("moved, deleted or replaced", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
            Assert.Equal(isReplaced ? ["run.lock"] : [], Directory.Exists(folder["run"]) ? Directory.GetFileSystemEntries(folder["run"]).Select(Path.GetFileName) : []);
            if (isReplaced)
            {
                Directory.Delete(folder["run"], recursive: true);
            }

            Assert.Equal(0, Run("--out", moved, "--resume", "--steps", $"{StepOf(moved) + 1}").ExitCode);
        }
    }

    [Fact]
    public void A_report_that_cannot_be_written_costs_nothing_else()
    {
        Assert.Equal(0, Run([.. Small, "--steps", "11", "--out", "whole"]).ExitCode);
        Assert.Equal(0, Run([.. Small, "--steps", "4", "--out", "run"]).ExitCode);
        File.Delete(folder["run/report.html"]);
        Directory.CreateDirectory(folder["run/report.html"]);
        MiniGanProcess.Result result = Run("--out", "run", "--resume", "--steps", "11"); // an epoch, at whose end it is written, too
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("all of the run is saved, but its report cannot be written", Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("--resume", result.Error, StringComparison.Ordinal);
        Assert.Contains("Done after 11 steps", result.Output, StringComparison.Ordinal);
        Assert.Equal(Checksum("whole/checkpoint.safetensors"), Checksum("run/checkpoint.safetensors"));
    }

    [Fact]
    public void Two_processes_do_not_train_one_run()
    {
        using Process first = MiniGanProcess.Start(folder.Path, [], ["train", .. Small, "--steps", "1000000", "--out", "run"]);
        try
        {
            var waited = Stopwatch.StartNew();
            while (StepOf("run") == 0)
            {
                Assert.False(first.HasExited || waited.Elapsed > TimeSpan.FromMinutes(2));
                Thread.Sleep(5);
            }

            AssertRefused("another process is training", Run("--out", "run", "--resume"));
            AssertRefused("another process is training", Run([.. Small, "--out", "run", "--overwrite"]));
            Assert.False(first.HasExited);
        }
        finally
        {
            first.Kill();
            first.WaitForExit();
        }
    }

    /// <summary>Whatever cannot be written, the last checkpoint stays, and once it can be, the run goes on from there.</summary>
    [Theory]
    [InlineData("checkpoints")]
    [InlineData("samples")]
    [InlineData("samples.png")]
    [InlineData("losses.csv")]
    [InlineData("samples/step-000007.png")]
    [InlineData("checkpoints/step-000007.safetensors")]
    public void What_cannot_be_written_costs_no_more_than_the_steps_since_the_last_checkpoint(string blocked)
    {
        Assert.Equal(0, Run([.. Small, "--steps", "7", "--out", "whole"]).ExitCode);
        Assert.Equal(0, Run([.. Small, "--steps", "4", "--out", "run"]).ExitCode);
        string path = folder[$"run/{blocked}"], checkpoint = Checksum("run/checkpoint.safetensors");

        // A file where a folder is needed, or a folder where a file is: that stops even a user whom no permission does.
        if (Directory.Exists(path))
        {
            Directory.Move(path, folder["aside"]);
            File.WriteAllText(path, "");
        }
        else
        {
            if (File.Exists(path))
            {
                File.Move(path, folder["aside"]);
            }

            Directory.CreateDirectory(path);
        }

        AssertRefused("cannot be written", Run("--out", "run", "--resume", "--steps", "7"));
        Assert.Equal(checkpoint, Checksum("run/checkpoint.safetensors"));
        Assert.Empty(Directory.GetFiles(folder["run"], "*.part", SearchOption.AllDirectories));

        if (File.Exists(path))
        {
            File.Delete(path);
            Directory.Move(folder["aside"], path);
        }
        else
        {
            Directory.Delete(path);
            if (File.Exists(folder["aside"]))
            {
                File.Move(folder["aside"], path);
            }
        }

        Assert.Equal((0, ""), Run("--out", "run", "--resume", "--steps", "7") is var last ? (last.ExitCode, last.Error) : default);
        Assert.Equal(Checksum("whole/checkpoint.safetensors"), Checksum("run/checkpoint.safetensors"));
        Assert.Equal(Checksum("whole/losses.csv"), Checksum("run/losses.csv"));
    }

    [Fact]
    public void A_rate_that_has_fallen_to_its_end_is_told_of()
    {
        Assert.Equal(0, Run([.. Small, "--steps", "3", "--decay", "--out", "run"]).ExitCode);
        Assert.Contains("has fallen since the first step to end with step 3", Run("--out", "run", "--resume", "--steps", "4").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("damaged", "No older checkpoint is whole either")]
    [InlineData("damaged alone", "There is no older checkpoint")]
    [InlineData("configuration", "not of the configuration")]
    [InlineData("trainer", "the networks only")]
    [InlineData("json", "it is no JSON, or damaged")]
    [InlineData("data", "Say by --data")]
    [InlineData("images", "learned from 45 images")]
    [InlineData("pixels", "other images or labels")]
    public void What_cannot_go_on_says_why(string what, string expected)
    {
        Assert.Equal(0, Run([.. Small, "--steps", "4", "--out", "run"]).ExitCode);
        string checkpoint = folder["run/checkpoint.safetensors"], configuration = folder["run/config.json"];
        switch (what)
        {
            case "damaged":
                File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..^1]);
                File.Copy(checkpoint, folder["run/checkpoints/step-000004.safetensors"], overwrite: true);
                break;
            case "damaged alone":
                File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..^1]);
                Directory.Delete(folder["run/checkpoints"], recursive: true);
                break;
            case "configuration": File.WriteAllText(configuration, File.ReadAllText(configuration).Replace("\"seed\": 1", "\"seed\": 2", StringComparison.Ordinal)); break;
            case "trainer":
                WithoutTrainer(checkpoint);
                Directory.Delete(folder["run/checkpoints"], recursive: true);
                break;
            case "json": File.WriteAllText(configuration, "{"); break;
            case "data": Directory.Move(folder["digits"], folder["moved"]); break;
            case "pixels": IdxFile.WriteImages(folder["digits/train-images-idx3-ubyte"], new IdxImages(45, 28, 28, new byte[45 * 28 * 28])); break;
            default:
                IdxFile.WriteImages(folder["digits/train-images-idx3-ubyte"], new IdxImages(20, 28, 28, new byte[20 * 28 * 28]));
                IdxFile.WriteLabels(folder["digits/train-labels-idx1-ubyte"], new byte[20]);
                break;
        }

        byte[] before = File.ReadAllBytes(checkpoint);
        AssertRefused(expected, Run("--out", "run", "--resume", "--steps", "8"));
        Assert.Equal(before, File.ReadAllBytes(checkpoint));
        if (what == "data")
        {
            Assert.Equal(0, Run("--out", "run", "--resume", "--steps", "8", "--data", "moved").ExitCode);
        }
    }

    [Fact]
    public void Figures_are_written_while_it_trains_and_the_best_checkpoint_is_kept()
    {
        string[] options = ["--width", "1", "--batch", "64", "--evaluate-every", "2"];
        MiniGanProcess.Result result = Run([.. options, "--steps", "4", "--out", "run"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[][] figures = [.. File.ReadAllLines(folder["run/evaluation.csv"]).Select(line => line.Split(','))];
        Assert.Equal(["step", "frechet_distance", "classifier_score", "confident_share", "precision", "recall", "real_frechet_distance"], figures[0]);
        Assert.Equal(["2", "4"], figures[1..].Select(line => line[0]));
        double[] distances = [.. figures[1..].Select(line => double.Parse(line[1], CultureInfo.InvariantCulture))];
        Assert.Equal(distances[0] <= distances[1] ? 2 : 4, GanCheckpoint.Open(folder["run/best.safetensors"]).Step);

        // Interrupted, it comes to the same, and by the file of the classifier that it takes unless told otherwise.
        string classifier = Path.Combine(AppContext.BaseDirectory, "classifier", "mnist.safetensors");
        Assert.Equal(0, Run([.. options, "--out", "resumed", "--steps", "2", "--classifier", classifier]).ExitCode);
        Copy("resumed", "unbeaten");
        Copy("resumed", "beaten");
        Resume("resumed");
        Assert.Equal(Checksum("run/best.safetensors"), Checksum("resumed/best.safetensors"));
        Assert.Equal(Checksum("run/evaluation.csv"), Checksum("resumed/evaluation.csv"));

        // What has been the best so far is remembered from the log: a distance that no later one comes near to, and one that any later one beats.
        Remember("unbeaten", "1E-09");
        Resume("unbeaten");
        Assert.Equal(2, GanCheckpoint.Open(folder["unbeaten/best.safetensors"]).Step);
        Remember("beaten", "1E+09");
        Resume("beaten");
        Assert.Equal(4, GanCheckpoint.Open(folder["beaten/best.safetensors"]).Step);

        // The same as the command tells of the last checkpoint.
        MiniGanProcess.Result evaluated = MiniGanProcess.Run(folder.Path, "evaluate", "--checkpoint", "run/checkpoint.safetensors", "--json");
        Assert.Equal(distances[1], (double)JsonNode.Parse(evaluated.Output)!["samples"]!["frechet_distance"]!, 1e-9);

        void Resume(string run) => Assert.Equal((0, ""), Run("--out", run, "--resume", "--steps", "4") is var last ? (last.ExitCode, last.Error) : default);

        void Remember(string run, string distance)
        {
            string log = folder[$"{run}/evaluation.csv"];
            string[] lines = File.ReadAllLines(log), figures = lines[^1].Split(',');
            figures[1] = distance;
            File.WriteAllText(log, string.Join('\n', [.. lines[..^1], string.Join(',', figures)]) + "\n");
        }

        void Copy(string from, string to)
        {
            foreach (string file in Directory.GetFiles(folder[from], "*", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(folder[to], Path.GetRelativePath(folder[from], file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }

    [Fact]
    public void Numbers_that_are_not_finite_stop_the_run_and_leave_the_last_good_checkpoint()
    {
        MiniGanProcess.Result result = Run([.. Small, "--steps", "300", "--out", "run", "--preset", "wgan-gp", "--penalty", "none", "--optimizer", "sgd", "--learning-rate", "1000", "--checkpoint-every", "1"]);
        Assert.Equal(1, result.ExitCode);
        int step = int.Parse(System.Text.RegularExpressions.Regex.Match(result.Error, @"Step (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        string[] logged = [.. File.ReadAllLines(folder["run/losses.csv"]).Skip(1).Select(line => line.Split(',')[0])];
        Assert.InRange(logged.Length, step - 1, step); // all but the last, if that has no losses
        Assert.Equal(Enumerable.Range(1, logged.Length).Select(i => $"{i}"), logged);
        Assert.Matches(@"^minigan: Step \d+: the .* is not a finite number\. It begins in .*(generator|discriminator).*\n$", result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.All(Recipe.LoadGan(folder["run/checkpoint.safetensors"]).State, tensor => Assert.All(tensor.Value.ToRowMajor(), value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void A_run_that_diverges_before_its_first_checkpoint_leaves_all_its_steps()
    {
        string[] options = ["--preset", "dcgan", "--optimizer", "sgd", "--learning-rate", "1000", "--width", "4", "--steps", "300", "--out", "run"];
        MiniGanProcess.Result result = Run(options);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("There was no checkpoint yet", result.Error, StringComparison.Ordinal);
        int step = int.Parse(System.Text.RegularExpressions.Regex.Match(result.Error, @"Step (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(step, 3, 90);
        Assert.Equal(Enumerable.Range(1, step - 1).Select(i => $"{i}"), File.ReadAllLines(folder["run/losses.csv"]).Skip(1).Select(line => line.Split(',')[0]));
    }

    private MiniGanProcess.Result Run(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["train", .. arguments]);

    private static void WithoutTrainer(string path)
    {
        GanCheckpoint checkpoint = GanCheckpoint.Open(path);
        GanCheckpoint.Save(path, Recipe.LoadGan(checkpoint), checkpoint.Step, metadata: checkpoint.Metadata);
    }

    private static void AssertRefused(string expected, MiniGanProcess.Result result)
    {
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private long StepOf(string run)
    {
        string path = folder[$"{run}/checkpoint.safetensors"];
        return File.Exists(path) ? GanCheckpoint.Open(path).Step : 0;
    }

    private string Checksum(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder[file])));
}
