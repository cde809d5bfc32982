using System.CommandLine;
using MiniGan.Training;

namespace MiniGan.Cli.Common;

/// <summary>Which networks a command takes: of which run or file, and whether their moving average.</summary>
internal static class CheckpointOptions
{
    /// <summary>A run.</summary>
    public static readonly Argument<string?> Run = CommandLine.Run("The run whose newest checkpoint to take");

    /// <summary>A file.</summary>
    public static readonly Option<string?> Checkpoint =
        CommandLine.PathOption("--checkpoint", "Take this checkpoint instead of a run's newest.", "FILE");

    /// <summary>No average.</summary>
    public static readonly Option<bool> FromRaw = new("--from-raw")
    {
        Description = "Take the generator as the last step left it, not its moving average.",
    };

    /// <summary>Only the average.</summary>
    public static readonly Option<bool> FromEma = new("--from-ema")
    {
        Description = "Take the generator's moving average, and refuse a checkpoint without one. [default: the average if there is one]",
    };

    /// <summary>Refuses what excludes each other.</summary>
    public static void Validate(Command command) => command.Validators.Add(result =>
    {
        if (result.GetValue(FromEma) && result.GetValue(FromRaw))
        {
            result.AddError("--from-ema and --from-raw exclude each other: give one of them");
        }

        if (result.GetValue(Run) is not null && result.GetResult(Checkpoint) is not null)
        {
            result.AddError("RUN and --checkpoint exclude each other: give one of them");
        }
    });

    /// <summary>Whether nothing was named, so that the newest run is taken.</summary>
    public static bool IsNewest(ParseResult parsed) => parsed.GetValue(Run) is null && parsed.GetValue(Checkpoint) is null;

    /// <summary>The checkpoint that was named, or that of the run that was, or of the newest.</summary>
    /// <exception cref="UserException">There is no run, or it has no checkpoint.</exception>
    public static string PathIn(ParseResult parsed) => parsed.GetValue(Checkpoint) ?? RunCheckpoint.Of(parsed.GetValue(Run));

    /// <summary>Opens the checkpoint, and loads its networks.</summary>
    /// <exception cref="UserException">There is none, or it has no average and that is wanted.</exception>
    public static (GanCheckpoint File, Gan Gan) Load(ParseResult parsed)
    {
        (GanCheckpoint file, Gan gan) = RunCheckpoint.Load(PathIn(parsed));
        return parsed.GetValue(FromEma) && gan.Average is null
            ? throw new UserException(
                $"--from-ema: '{file.Path}' holds no moving average. Leave the option out to take the generator as it is.")
            : (file, gan);
    }
}
