using MiniGan.Runs.Logs;

namespace MiniGan.Runs.Folders;

/// <summary>The files of a run, by the names that they have in its folder.</summary>
/// <param name="Folder">The run's folder.</param>
internal sealed record RunFiles(string Folder)
{
    /// <summary>What the run is: its last file to be deleted, without which it is none.</summary>
    public string Configuration => In("config.json");

    /// <summary>Losses and scores of each step.</summary>
    public string Losses => In("losses.csv");

    /// <summary>Seconds of training up to some of the steps.</summary>
    public string Speed => In("speed.csv");

    /// <summary>Figures of <c>--evaluate-every</c>.</summary>
    public string Evaluation => In("evaluation.csv");

    /// <summary>What D says of real and of generated images, as quantiles, at each sample grid.</summary>
    public string Scores => In("scores.csv");

    /// <summary>What D says of a few images, and of their pixels, at the newest sample grid.</summary>
    public string Discriminator => In("discriminator.json");

    /// <summary>Held by the process that trains.</summary>
    public string Lock => In("run.lock");

    /// <summary>Says which process that is.</summary>
    public string LockMark => Lock + RunLock.MarkEnding;

    /// <summary>The newest checkpoint.</summary>
    public string Checkpoint => In("checkpoint.safetensors");

    /// <summary>The checkpoint with the best figures.</summary>
    public string Best => In("best.safetensors");

    /// <summary>The folder of the last few checkpoints.</summary>
    public string Checkpoints => In("checkpoints");

    /// <summary>The folder of sample grids.</summary>
    public string Samples => In("samples");

    /// <summary>The newest of them again.</summary>
    public string NewestSamples => In("samples.png");

    /// <summary>The page about the run.</summary>
    public string Report => In("report.html");

    /// <summary>Where an older run is while a new one takes its place.</summary>
    public string Replaced => In("replaced.part");

    /// <summary>All that may change while the run trains and that tells of it.</summary>
    public IReadOnlyList<string> Watched =>
        [Configuration, Losses, Speed, Evaluation, Scores, Discriminator, Samples, Checkpoint, Best, Checkpoints];

    /// <summary>The checkpoint kept after a step.</summary>
    public string KeptAfter(long step) => Path.Combine(Checkpoints, $"step-{step:D6}.safetensors");

    /// <summary>The sample grid after a step.</summary>
    public string SamplesAfter(long step) => Path.Combine(Samples, $"step-{step:D6}.png");

    /// <summary>The checkpoints that are kept, by their step.</summary>
    public IEnumerable<(long Step, string Path)> Kept() => StepName.FilesIn(Checkpoints, ".safetensors");

    private string In(string name) => Path.Combine(Folder, name);
}
