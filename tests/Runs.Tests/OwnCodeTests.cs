using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Runs;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;
using MiniGan.Runs.Views;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Runs;

/// <summary>What a caller hands in may fail, change or be unusual.</summary>
public sealed class OwnCodeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_evaluation_that_fails_costs_no_step()
    {
        TrainingRun run = Run(new RunEvaluation(_ => throw new IOException("no classifier")));
        Assert.Equal("no classifier", Assert.Throws<IOException>(() => run.Train(7)).Message);
        Assert.Equal(4, GanCheckpoint.Open(folder["run/checkpoint.safetensors"]).Step);
        run = Run(new RunEvaluation(_ => throw new NotSupportedException("no")));
        Assert.Throws<NotSupportedException>(() => run.Train(10));
        Assert.Equal(8, GanCheckpoint.Open(folder["run/checkpoint.safetensors"]).Step);
        Assert.Throws<InvalidOperationException>(() => Run(null).Train(10)); // when, but not how
    }

    [Fact]
    public void A_batch_that_cannot_be_read_is_not_the_folders_fault()
    {
        var run = new TrainingRun(
            folder["run"], SmallGan.Trainer(),
            new GeneratedBatches(i => i < 3 ? SmallGan.BatchAt(i) : throw new FileNotFoundException("no cat.png")))
        {
            ShowProgress = false,
        };
        Assert.Equal("no cat.png", Assert.Throws<FileNotFoundException>(() => run.Train(7)).Message);
        Assert.Throws<ArgumentNullException>(() => new GeneratedBatches(_ => default).Fingerprint);
    }

    [Theory]
    [InlineData("strength 2", 2, "seen")]
    [InlineData("strength 1", 1, "seen")]
    public void Settings_are_what_never_changes(string expected, double strength, string text)
    {
        var loss = new CountingLoss { Strength = strength, Text = text };
        GanTrainer trainer = new(SmallGan.Trainer().Gan, loss, new Sgd(0.1), new Adam(0.2, beta1: 0.5)) { Schedule = new LinearDecay(9) };
        IReadOnlyDictionary<string, string> before = trainer.Settings;
        Assert.Equal($"CountingLoss, {expected}, text {text}", before["loss"]);
        Assert.Equal("Sgd, learning rate 0.1, momentum 0", before["generatorOptimizer"]);
        Assert.Equal("Adam, learning rate 0.2, beta1 0.5, beta2 0.999, epsilon 1E-08", before["discriminatorOptimizer"]);
        Assert.Equal(("LinearDecay, steps 9", "none"), (before["schedule"], before["penalty"]));
        trainer.Step(SmallGan.BatchAt(0));
        Assert.True(loss.Calls > 0);
        Assert.Equal(before, trainer.Settings);
    }

    [Fact]
    public void A_checkpoint_of_another_seed_is_not_taken()
    {
        Run(null, evaluateEvery: 0).Train(2);
        string checkpoint = folder["run/checkpoint.safetensors"], kept = folder["run/checkpoints/step-000002.safetensors"];
        GanCheckpoint right = GanCheckpoint.Open(checkpoint);
        GanTrainer other = SmallGan.Trainer();
        other.Load(checkpoint);
        other.Save(
            checkpoint,
            new Dictionary<string, string>
            {
                ["settings"] = right.Metadata["settings"].Replace("\"seed\":\"1\"", "\"seed\":\"2\"", StringComparison.Ordinal),
            });
        File.Delete(kept);
        Assert.Contains(
            "not of the configuration", Assert.Throws<RunException>(() => Run(null, evaluateEvery: 0).Train(3)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => new TrainingRun("run", SmallGan.Trainer(), SmallGan.Batches())
            {
                Metadata = new Dictionary<string, string> { ["format"] = "" },
            });
        Assert.Throws<ArgumentException>(() =>
            new TrainingRun("run", SmallGan.Trainer(), SmallGan.Batches()) { DataName = new string('a', 201) });
    }

    [Fact]
    public void Networks_are_told_though_one_image_is_too_few_for_them()
    {
        Sequential generator =
        [
            new Linear(2, 16), new Reshape(1, 4, 4), new Sequential(new ReLU(), new BatchNorm2D(1, momentum: 0.5)),
            new BatchNorm2D(1, momentum: null),
        ];
        Sequential discriminator = [new Pack(2), new Fours { Weight = 5 }, new Flatten(), new Linear(32, 1)];
        var summary = GanSummary.Of(new Gan(generator, discriminator, latentSize: 2));
        Assert.Equal("ReLU; BatchNorm2D: momentum 0.5, epsilon 1E-05", summary.Generator.Layers[2].Detail);
        Assert.Equal("mean of all batches, epsilon 1E-05", summary.Generator.Layers[3].Detail);
        Assert.Equal([2, 4, 4], summary.Discriminator.Layers[0].Output);
        Assert.Equal("weight 5", summary.Discriminator.Layers[1].Detail);
        Assert.All(summary.Discriminator.Layers.Skip(1), layer => Assert.Empty(layer.Output));
        Assert.Equal(33, summary.Discriminator.Layers[3].Parameters);
    }

    [Fact]
    public void A_summary_that_would_make_the_configuration_too_long_to_be_read_is_left_out()
    {
        var networks = new JsonObject { ["generator"] = new string('a', RunSpecification.LongestFile), ["discriminator"] = "" };
        RunSpecification run = new() { Program = "p", Settings = new Dictionary<string, string> { ["seed"] = "1" }, Data = "d", Steps = 1 };
        (run with { Networks = networks }).Write(folder["long"]);
        run.Write(folder["short"]);
        Assert.Equal(File.ReadAllText(folder["short"]), File.ReadAllText(folder["long"]));
        (run with { Networks = new JsonObject { ["generator"] = "small" } }).Write(folder["long"]);
        Assert.NotNull(RunSpecification.Read(folder["long"]).Networks);
    }

    [Fact]
    public void Images_of_one_row_are_previewed_where_there_is_room_and_are_no_failure_where_there_is_none()
    {
        Tensor images = new(new Shape(10, 1, 1, 8));
        Assert.NotNull(SamplePreview.Draw(images, 80, 10));
        for (int width = 0; width < 20; width++)
        {
            SamplePreview.Draw(images, width, 1);
            Assert.Null(SamplePreview.Draw(images, width, 0));
        }
    }

    [Fact]
    public void The_last_line_tells_what_was_done_now() => Assert.Equal(
        ("Done after 9 steps and 2 seconds. Look at x", "Stopped after 9 steps, 5 of them now, in 2 seconds. Look at x"),
        (new RunResult(9, false, "x", null).ToLine(0, TimeSpan.FromSeconds(2)),
            new RunResult(9, true, "x", null).ToLine(4, TimeSpan.FromSeconds(2))));

    private TrainingRun Run(RunEvaluation? evaluation, int evaluateEvery = 4) => new(folder["run"], SmallGan.Trainer(), SmallGan.Batches())
    {
        ShowProgress = false,
        Evaluation = evaluation,
        EvaluateEvery = evaluateEvery,
    };

    private sealed class CountingLoss : PointwiseLoss
    {
        public double Strength { get; init; }

        public string Text { get; init; } = "";

        public int Calls { get; private set; }

        protected override (double Loss, double Slope) OnReal(float z)
        {
            Calls++;
            return (Strength * z, Strength);
        }

        protected override (double Loss, double Slope) OnFake(float z) => (-z, -1);

        protected override (double Loss, double Slope) OnGenerated(float z) => (z, 1);
    }

    /// <summary>Takes images by fours only.</summary>
    private sealed class Fours : Module
    {
        public double Weight { get; init; }

        public override Tensor Forward(Tensor x) => x.Shape.N % 4 == 0 ? x : throw new ArgumentException("Not fours.");

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => dy;
    }
}
