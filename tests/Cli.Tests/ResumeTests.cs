using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary><c>train --resume</c>, from the outside: real processes, really killed.</summary>
public sealed class ResumeTests : RunTests
{
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
            using Process process = MiniGanProcess.Start(
                folder.Path, [], ["train", .. kill == 0 ? [.. options, "--steps", "1000000", "--out", "killed"] : resume]);
            var waited = Stopwatch.StartNew();

            // Each other one while it starts; the others somewhere between a first checkpoint and a while later, so that they are hit
            // within any of the files that they write.
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
            Assert.All(Directory.GetFiles(folder["killed"], "*.safetensors", SearchOption.AllDirectories), path =>
                Assert.NotEmpty(GanCheckpoint.Open(path).ReadTrainer().Tensors));
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
            void Change(string from, string to) =>
                File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(header.Replace(from, to, StringComparison.Ordinal)));
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
            // at step 4, where the folder is in the way
            Assert.Contains("cannot be written", Run("--out", "run", "--resume", "--steps", "9").Error, StringComparison.Ordinal);
            Directory.Delete(folder["run/checkpoint.safetensors"]);
            Directory.Delete(folder["run/checkpoints/step-000004.safetensors"]);
        }

        MiniGanProcess.Result result = Run("--out", "run", "--resume", "--steps", "9");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Going on after step 3", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            damage == "folder" ? 0 : 2, result.Output.Split("Going on from the newest checkpoint before it that is whole.").Length - 1);
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
    public void A_rate_that_has_fallen_to_its_end_is_told_of()
    {
        Assert.Equal(0, Run([.. Small, "--steps", "3", "--decay", "--out", "run"]).ExitCode);
        Assert.Contains(
            "has fallen since the first step to end with step 3",
            Run("--out", "run", "--resume", "--steps", "4").Output, StringComparison.Ordinal);
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
            case "configuration":
                File.WriteAllText(
                    configuration, File.ReadAllText(configuration).Replace("\"seed\": 1", "\"seed\": 2", StringComparison.Ordinal));
                break;
            case "trainer":
                WithoutTrainer(checkpoint);
                Directory.Delete(folder["run/checkpoints"], recursive: true);
                break;
            case "json": File.WriteAllText(configuration, "{"); break;
            case "data": Directory.Move(folder["digits"], folder["moved"]); break;
            case "pixels":
                IdxFile.WriteImages(folder["digits/train-images-idx3-ubyte"], new IdxImages(45, 28, 28, new byte[45 * 28 * 28]));
                break;
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
    public void Weights_that_spectral_normalisation_cannot_divide_are_refused()
    {
        Assert.Equal(0, Run("--preset", "sngan", "--width", "2", "--batch", "2", "--steps", "2", "--out", "sngan").ExitCode);
        foreach (string path in Directory.GetFiles(folder["sngan"], "*.safetensors", SearchOption.AllDirectories))
        {
            SafetensorsFile file = SafetensorsReader.Read(path);
            file.Tensors.First(tensor => tensor.Name.EndsWith("weight_orig", StringComparison.Ordinal)).Value.Span.Clear();
            SafetensorsWriter.Write(path, file);
        }

        AssertRefused("they are all zeros", Run("--out", "sngan", "--resume", "--steps", "4"));
    }

    private static void WithoutTrainer(string path)
    {
        GanCheckpoint checkpoint = GanCheckpoint.Open(path);
        GanCheckpoint.Save(path, Recipe.LoadGan(checkpoint), checkpoint.Step, metadata: checkpoint.Metadata);
    }
}
