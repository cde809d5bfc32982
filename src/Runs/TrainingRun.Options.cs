using MiniGan.Runs.Folders;
using MiniGan.Training;

namespace MiniGan.Runs;

// What may be chosen.
public sealed partial class TrainingRun
{
    /// <summary>Steps between samples and checkpoints, beside those at the end of each epoch and of the run; 0 for those only.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long CheckpointEvery { get; init => field = NotNegative(value); } = UsualCheckpointEvery;

    /// <summary>Steps between evaluations; 0 for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long EvaluateEvery { get; init => field = NotNegative(value); }

    /// <summary>
    /// How good samples are, measured every <see cref="EvaluateEvery"/> steps; the checkpoint with the smallest Fréchet
    /// distance is kept as <c>best.safetensors</c>.
    /// </summary>
    public RunEvaluation? Evaluation { get; init; }

    /// <summary>What the data are called, in the report: up to 200 characters.</summary>
    /// <exception cref="ArgumentException">The name is empty or longer.</exception>
    public string DataName
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value.Length <= LongestName
                ? value
                : throw new ArgumentException($"A name has up to {LongestName} characters, but this has {value.Length}.");
        }
    }
    = "own data";

    /// <summary>Words to find the run by, in <c>minigan watch</c>: up to 20, of up to 50 characters each.</summary>
    /// <exception cref="ArgumentException">One is empty or longer, or there are more.</exception>
    public IReadOnlyList<string> Tags
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = RunSpecification.ProblemOfTags(value) is string problem ? throw new ArgumentException(problem) : [.. value];
        }
    }
    = [];

    /// <summary>What to remember of the run, in the report: up to 2,000 characters; null for nothing.</summary>
    /// <exception cref="ArgumentException">They are longer.</exception>
    public string? Notes
    {
        get;
        init => field = value?.Length > RunSpecification.LongestNotes
            ? throw new ArgumentException($"Notes have up to {RunSpecification.LongestNotes} characters, but these have {value.Length}.")
            : value;
    }

    /// <summary>
    /// What each checkpoint is to say, beside what it says by itself: for example a recipe's <c>Metadata</c>, by which
    /// <c>minigan generate</c> builds the networks.
    /// </summary>
    /// <exception cref="ArgumentException">An entry has a name that checkpoints of a run use themselves.</exception>
    public IReadOnlyDictionary<string, string> Metadata
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.Keys.FirstOrDefault(key => key == SettingsName || GanCheckpoint.IsOwn(key)) is string own
                ? throw new ArgumentException($"A checkpoint of a run writes '{own}' by itself. Give that entry another name.")
                : value;
        }
    }
    = new Dictionary<string, string>();

    /// <summary>Whether to write event files for TensorBoard, too.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>Whether to show how far it is: a panel on a terminal, lines elsewhere.</summary>
    public bool ShowProgress { get; init; } = true;

    /// <summary>
    /// Whether Ctrl-C, SIGTERM and a closed terminal end the run after the step under way, with all saved; else they do
    /// what they do to the program.
    /// </summary>
    public bool StopOnCtrlC { get; init; } = true;

    private static long NotNegative(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }
}
