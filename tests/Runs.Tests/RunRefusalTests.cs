using MiniGan.Data;
using MiniGan.Runs;
using MiniGan.Training;

namespace MiniGan.Tests.Runs;

/// <summary>Where a run cannot begin or go on.</summary>
public sealed class RunRefusalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_with_other_settings_or_data_is_refused_and_left_as_it_is()
    {
        Run("run").Train(5);
        Dictionary<string, byte[]> before = Contents("run");
        Assert.Contains(
            "generatorOptimizer 'Adam, learning rate 0.01, ",
            Refused(() => Run("run", SmallGan.Trainer(0.02)).Train(9)), StringComparison.Ordinal);
        Assert.Contains(
            "another one: it learned from other data",
            Refused(() => Run("run", null, new GeneratedBatches(i => SmallGan.BatchAt(i + 1))).Train(9)), StringComparison.Ordinal);
        Assert.Contains(
            "its discriminator has other layers",
            Refused(() => Run("run", SmallGan.Trainer(features: 5)).Train(9)), StringComparison.Ordinal);
        GanTrainer further = SmallGan.Trainer();
        Run("further", further).Train(7);
        Assert.Contains(
            "the trainer has taken 7 steps, more than the 5", Refused(() => Run("run", further).Train(9)), StringComparison.Ordinal);
        Assert.Equal(before.Keys, Contents("run").Keys);
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
        Assert.Equal(9, Run("run").Train(9).Steps); // nor is it locked
    }

    [Fact]
    public void A_folder_with_other_things_in_it_is_refused()
    {
        File.WriteAllText(folder["file"], "");
        Directory.CreateDirectory(folder["thesis"]);
        File.WriteAllText(folder["thesis/chapter"], "");
        Assert.Contains("is a file", Refused(() => Run("file").Train(1)), StringComparison.Ordinal);
        Assert.Contains("other things than a run", Refused(() => Run("thesis").Train(1)), StringComparison.Ordinal);
        Assert.Equal(["chapter"], Directory.GetFileSystemEntries(folder["thesis"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_second_process_is_kept_out_while_one_trains()
    {
        Run("run").Train(1);
        string refusal = "";
        Run("run", SmallGan.Trainer(), new GeneratedBatches(i =>
        {
            refusal = i == 2 ? Refused(() => Run("run").Train(9)) : refusal;
            return SmallGan.BatchAt(i);
        })).Train(4);
        Assert.Contains("another process is training", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TrainingRun(" ", SmallGan.Trainer(), SmallGan.Batches()));
        Assert.Throws<ArgumentNullException>(() => new TrainingRun("run", null!, SmallGan.Batches()));
        Assert.Throws<ArgumentNullException>(() => new TrainingRun("run", SmallGan.Trainer(), null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Run("run").Train(0));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new TrainingRun("run", SmallGan.Trainer(), SmallGan.Batches()) { CheckpointEvery = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new TrainingRun("run", SmallGan.Trainer(), SmallGan.Batches()) { EvaluateEvery = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => SmallGan.Batches().Skip(-1));
        Assert.Throws<ArgumentNullException>(() => new GeneratedBatches(null!));
        Assert.False(Directory.Exists(folder["run"]));
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

    private static string Refused(Action train) => Assert.Throws<RunException>(train).Message;

    private Dictionary<string, byte[]> Contents(string name) =>
        Directory.GetFiles(folder[name], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .ToDictionary(path => path, File.ReadAllBytes);
}
