using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MiniGan.Recipes;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary>The folder of a run while it trains, and what befalls it.</summary>
public sealed class RunFolderTests : RunTests
{
    [Fact]
    public void A_folder_that_is_gone_is_not_made_again()
    {
        foreach (bool isReplaced in (bool[])[false, true])
        {
            using Process process = MiniGanProcess.Start(
                folder.Path, [], ["train", .. Small, "--steps", "1000000", "--checkpoint-every", "50", "--out", "run"]);
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
            Assert.Equal(
                isReplaced ? ["run.lock"] : [],
                Directory.Exists(folder["run"]) ? Directory.GetFileSystemEntries(folder["run"]).Select(Path.GetFileName) : []);
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
        Assert.Contains(
            "all of the run is saved, but its report cannot be written",
            Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
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
    public void Figures_are_written_while_it_trains_and_the_best_checkpoint_is_kept()
    {
        string[] options = ["--width", "1", "--batch", "64", "--evaluate-every", "2"];
        MiniGanProcess.Result result = Run([.. options, "--steps", "4", "--out", "run"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[][] figures = [.. File.ReadAllLines(folder["run/evaluation.csv"]).Select(line => line.Split(','))];
        Assert.Equal(
            ["step", "frechet_distance", "classifier_score", "confident_share", "precision", "recall", "real_frechet_distance"],
            figures[0]);
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

        // What has been the best so far is remembered from the log: a distance that no later one comes near to, and one
        // that any later one beats.
        Remember("unbeaten", "1E-09");
        Resume("unbeaten");
        Assert.Equal(2, GanCheckpoint.Open(folder["unbeaten/best.safetensors"]).Step);
        Remember("beaten", "1E+09");
        Resume("beaten");
        Assert.Equal(4, GanCheckpoint.Open(folder["beaten/best.safetensors"]).Step);

        // The same as the command tells of the last checkpoint.
        MiniGanProcess.Result evaluated = MiniGanProcess.Run(
            folder.Path, "evaluate", "--checkpoint", "run/checkpoint.safetensors", "--json");
        Assert.Equal(distances[1], (double)JsonNode.Parse(evaluated.Output)!["samples"]!["frechet_distance"]!, 1e-9);

        void Resume(string run) =>
            Assert.Equal((0, ""), Run("--out", run, "--resume", "--steps", "4") is var last ? (last.ExitCode, last.Error) : default);

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
        MiniGanProcess.Result result = Run(
            [.. Small, "--steps", "300", "--out", "run", "--preset", "wgan-gp", "--penalty", "none", "--optimizer", "sgd",
                "--learning-rate", "1000", "--checkpoint-every", "1"]);
        Assert.Equal(1, result.ExitCode);
        int step = int.Parse(
            System.Text.RegularExpressions.Regex.Match(result.Error, @"Step (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        string[] logged = [.. File.ReadAllLines(folder["run/losses.csv"]).Skip(1).Select(line => line.Split(',')[0])];
        Assert.InRange(logged.Length, step - 1, step); // all but the last, if that has no losses
        Assert.Equal(Enumerable.Range(1, logged.Length).Select(i => $"{i}"), logged);
        Assert.Matches(@"^minigan: Step \d+: the .* is not a finite number\. It begins in .*(generator|discriminator).*\n$", result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.All(Recipe.LoadGan(folder["run/checkpoint.safetensors"]).State, tensor =>
            Assert.All(tensor.Value.ToRowMajor(), value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void A_run_that_diverges_before_its_first_checkpoint_leaves_all_its_steps()
    {
        string[] options =
            ["--preset", "dcgan", "--optimizer", "sgd", "--learning-rate", "1000", "--width", "4", "--steps", "300", "--out", "run"];
        MiniGanProcess.Result result = Run(options);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("There was no checkpoint yet", result.Error, StringComparison.Ordinal);
        int step = int.Parse(
            System.Text.RegularExpressions.Regex.Match(result.Error, @"Step (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(step, 3, 90);
        string[] lines = File.ReadAllLines(folder["run/losses.csv"]);
        Assert.Equal(Enumerable.Range(1, step).Select(i => $"{i}"), lines.Skip(1).Select(line => line.Split(',')[0]));
        Assert.DoesNotContain("NaN", lines[^2], StringComparison.Ordinal);
        Assert.Equal($"{step},NaN,NaN,NaN,NaN,NaN", lines[^1]);
    }
}
