using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Runs;
using MiniGan.Runs.Reports;
using MiniGan.Training;

namespace MiniGan.Tests.Runs;

/// <summary>Runs of networks that no recipe knows.</summary>
public sealed class TrainingRunTests : IDisposable
{
    private static readonly string[] Results = ["checkpoint.safetensors", "losses.csv", "samples.png", "samples/step-000012.png"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_leaves_logs_samples_checkpoints_and_a_report()
    {
        RunResult result = Run("run").Train(12);
        Assert.Equal(
            (12, false, folder["run/samples.png"], null), (result.Steps, result.IsStopped, result.SamplesPath, result.ReportProblem));
        Assert.Equal(13, File.ReadAllLines(folder["run/losses.csv"]).Length);
        Assert.Equal(
            // The start, steps 1, 2, 5, 10, …, and each epoch's end; then the end.
            ["step-000000.png", "step-000001.png", "step-000002.png", "step-000005.png", "step-000010.png", "step-000012.png"],
            Directory.GetFiles(folder["run/samples"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["step-000005.safetensors", "step-000010.safetensors", "step-000012.safetensors"],
            Directory.GetFiles(folder["run/checkpoints"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        JsonNode config = JsonNode.Parse(File.ReadAllText(folder["run/config.json"]))!;
        Assert.Equal("R1Penalty, interval 3, point Real, weight 1", (string)config["gan"]!["penalty"]!);
        Assert.Equal("Adam, learning rate 0.01, beta1 0.9, beta2 0.999, epsilon 1E-08", (string)config["gan"]!["generatorOptimizer"]!);
        Assert.Equal(4, (int)config["gan"]!["batchSize"]!);
        Assert.Equal("noise", (string)config["data"]!);
        Assert.Equal("yes", GanCheckpoint.Open(folder["run/checkpoint.safetensors"]).Metadata["mine"]);

        // The networks are known to those who have no program to build them.
        JsonObject networks = RunReport.NetworksOf(new RunReader(folder["run"]).Configuration([]));
        Assert.Equal("3 → 4, kernel 3×3, stride 2, padding 1", (string)networks["discriminator"]!["layers"]![0]!["detail"]!);
        Assert.Contains(
            "3 → 4, kernel 3", File.ReadAllText(folder["run/report.html"]).Replace("\\u2192", "→", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(folder["run/report.html"]), StringComparison.OrdinalIgnoreCase);
        gan().Load(folder["run/checkpoint.safetensors"]);

        static Gan gan() => SmallGan.Trainer().Gan;
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    public void A_run_that_is_stopped_goes_on_to_the_same_bytes(int steps)
    {
        Run("whole").Train(12);
        using var stop = new CancellationTokenSource();
        var stopped = new TrainingRun(folder["run"], SmallGan.Trainer(), new GeneratedBatches(i =>
        {
            if (i == steps - 1)
            {
                stop.Cancel();
            }

            return SmallGan.BatchAt(i);
        }))
        { ShowProgress = false, CheckpointEvery = 5, DataName = "noise", Metadata = new Dictionary<string, string> { ["mine"] = "yes" } };
        Assert.Equal((steps, true), (stopped.Train(12, stop.Token) is var result ? (result.Steps, result.IsStopped) : default));
        Assert.Equal((12, false), (Run("run").Train(12) is var rest ? (rest.Steps, rest.IsStopped) : default));
        AssertSame("whole", "run");
    }

    [UnixTheory("Windows has no signals that a process could send itself.")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signal_ends_the_run_unless_that_is_left_to_the_program(bool stops)
    {
        using var programs = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        TrainingRun run = new(folder["run"], SmallGan.Trainer(), new GeneratedBatches(i =>
        {
            if (i == 3)
            {
                using var kill = Process.Start("kill", ["-TERM", $"{Environment.ProcessId}"]);
                kill.WaitForExit();
            }

            return SmallGan.BatchAt(i);
        }))
        { ShowProgress = false, StopOnCtrlC = stops };
        RunResult result = run.Train(stops ? 50_000 : 2000);
        Assert.Equal(stops, result.IsStopped);
        Assert.Equal(result.Steps, GanCheckpoint.Open(folder["run/checkpoint.safetensors"]).Step);
    }

    [Fact]
    public void One_run_may_train_more_than_once()
    {
        Run("whole").Train(12);
        TrainingRun run = Run("run");
        run.Train(4);
        run.Train(9);
        run.Train(12);
        AssertSame("whole", "run");
        // it has them
        Assert.Equal(
            (12, false, folder["run/samples.png"]),
            (run.Train(3) is var result ? (result.Steps, result.IsStopped, result.SamplesPath) : default));
        AssertSame("whole", "run");
    }

    [Fact]
    public void A_run_that_has_its_steps_already_goes_on_when_asked_for_more()
    {
        Run("whole").Train(12);
        Run("run").Train(7);
        TrainingRun run = Run("run");
        Assert.Equal(7, run.Train(3).Steps);
        run.Train(12);
        AssertSame("whole", "run");
    }

    [Fact]
    public void A_trainer_that_has_taken_steps_begins_there()
    {
        Run("whole").Train(12);
        GanTrainer trainer = SmallGan.Trainer();
        GeneratedBatches batches = SmallGan.Batches();
        trainer.Step(batches.Next());
        trainer.Step(batches.Next());
        Run("run", trainer, batches).Train(12);
        Assert.Equal(File.ReadAllBytes(folder["whole/checkpoint.safetensors"]), File.ReadAllBytes(folder["run/checkpoint.safetensors"]));
        Assert.StartsWith("3,", File.ReadAllLines(folder["run/losses.csv"])[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over()
    {
        Run("whole").Train(12);
        Run("run").Train(7);
        foreach (string file in new[] { "run/checkpoint.safetensors", "run/checkpoints/step-000007.safetensors" })
        {
            byte[] bytes = File.ReadAllBytes(folder[file]);
            bytes[^9] ^= 1; // within the optimiser's memory
            File.WriteAllBytes(folder[file], bytes);
        }

        Run("run").Train(12);
        AssertSame("whole", "run");
        foreach (string file in Directory.GetFiles(folder["run"], "*.safetensors", SearchOption.AllDirectories))
        {
            File.WriteAllText(file, "damaged");
        }

        Assert.Contains(
            "No older checkpoint is whole", Assert.Throws<RunException>(() => Run("run").Train(13)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_an_exception_the_run_must_be_made_anew()
    {
        TrainingRun run = Run(
            "run", SmallGan.Trainer(),
            new GeneratedBatches(i => i < 6 ? SmallGan.BatchAt(i) : throw new InvalidDataException("no more")));
        Assert.Contains("no more", Assert.Throws<InvalidDataException>(() => run.Train(9)).Message, StringComparison.Ordinal);
        Assert.Contains("anew", Assert.Throws<InvalidOperationException>(() => run.Train(9)).Message, StringComparison.Ordinal);
        Assert.Equal(5, GanCheckpoint.Open(folder["run/checkpoint.safetensors"]).Step);
        Assert.Equal(9, Run("run").Train(9).Steps);
    }

    [Fact]
    public void A_training_that_diverges_leaves_its_last_checkpoint_and_shows_how_it_came()
    {
        bool isDamaged = true;
        TrainingRun Again() => Run("run", SmallGan.Trainer(), new GeneratedBatches(i =>
        {
            Batch batch = SmallGan.BatchAt(i);
            batch.Images.Span[0] = i == 7 && isDamaged ? float.NaN : 0;
            return batch;
        }));
        TrainingRun run = Again();
        Assert.Equal(8, Assert.Throws<DivergedException>(() => run.Train(12)).Step);
        Assert.Equal(5, GanCheckpoint.Open(folder["run/checkpoint.safetensors"]).Step);
        string[] lines = File.ReadAllLines(folder["run/losses.csv"]);
        Assert.Equal(9, lines.Length); // the names, seven steps, and the one without numbers
        Assert.Equal("8,NaN,NaN,NaN,NaN,NaN", lines[^1]);
        isDamaged = false;
        Again().Train(12);
        lines = File.ReadAllLines(folder["run/losses.csv"]);
        Assert.Equal(13, lines.Length);
        Assert.DoesNotContain(lines, line => line.Contains("NaN", StringComparison.Ordinal)); // a run that goes on drops it
    }

    [Fact]
    public void Figures_are_logged_and_the_best_checkpoint_is_kept()
    {
        double[] distances = [3, 1, 2];
        int measured = 0;
        var run = new TrainingRun(folder["run"], SmallGan.Trainer(), SmallGan.Batches())
        {
            ShowProgress = false,
            EvaluateEvery = 2,
            Evaluation = new RunEvaluation(
                _ => new EvaluationReport(10, distances[measured++], 0.25, 0.125, new ClassFigures(2, 0.5, [])), RealDistance: 0.5),
            TensorBoard = true,
        };
        run.Train(6);
        Assert.Equal(
            ["2,3,2,0.5,0.25,0.125,0.5", "4,1,2,0.5,0.25,0.125,0.5", "6,2,2,0.5,0.25,0.125,0.5"],
            File.ReadAllLines(folder["run/evaluation.csv"])[1..]);
        Assert.Equal(4, GanCheckpoint.Open(folder["run/best.safetensors"]).Step);
        Assert.Single(Directory.GetFiles(folder["run"], "events.out.tfevents.*"));
    }

    /// <summary>
    /// The report of the process that trains is made of what it remembers; that of another, of the files. They are the same.
    /// </summary>
    [Fact]
    public void A_report_from_memory_is_one_from_the_files()
    {
        Run("run").Train(7);
        Run("run").Train(12);
        string written = WithoutTime(File.ReadAllText(folder["run/report.html"]));
        new RunReport(new RunReader(folder["run"])).Write(folder["again.html"]);
        Assert.Equal(written, WithoutTime(File.ReadAllText(folder["again.html"])));
    }

    private TrainingRun Run(string name, GanTrainer? trainer = null, IBatchSource? batches = null) => new(
        folder[name], trainer ?? SmallGan.Trainer(), batches ?? SmallGan.Batches())
    {
        ShowProgress = false,
        StopOnCtrlC = false,
        CheckpointEvery = 5,
        DataName = "noise",
        Metadata = new Dictionary<string, string> { ["mine"] = "yes" },
    };

    private static string WithoutTime(string page) => System.Text.RegularExpressions.Regex.Replace(page, "\"written\":\"[^\"]*\"", "");

    private void AssertSame(string expected, string actual) =>
        Assert.All(Results, file =>
            Assert.Equal(File.ReadAllBytes(folder[$"{expected}/{file}"]), File.ReadAllBytes(folder[$"{actual}/{file}"])));
}
