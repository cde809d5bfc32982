using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Files;
using MiniGan.Runs.Reports;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Generate;

/// <summary><c>minigan generate</c>.</summary>
internal static class GenerateCommand
{
    private const int UsualCount = 64, UsualWalks = 16, UsualFrames = 12, QuickCount = 2_000;

    private static readonly Option<int?> Count = CommandLine.InRange(
        "--count", $"Images to make [default: {UsualCount}]; with --interpolate: walks side by side. [default: {UsualWalks}]", 1,
        1_000_000);

    private static readonly Option<ulong?> Seed = CommandLine.Seed("Of the latent vectors: the same seed gives the same images.");

    private static readonly Option<string?> Out = CommandLine.PathOption(
        "--out",
        $"A file that ends in {PictureFile.PictureEndings}: one grid of all; in .npy: NumPy's format, float32 from -1 to 1, " +
        "[N, C, H, W]; in .idx3-ubyte: raw images, as MNIST's; a folder: a PNG each. Files of that name are replaced. " +
        "[default: generated.png; of --timelapse timelapse.gif]",
        "FILE|DIR");

    private static readonly Option<float?> Truncation = CommandLine.InRange(
        "--truncation",
        "Draw latent values beyond ±NUMBER again, those of a walk's stops too: less variety, and fewer odd pictures as long as NUMBER is " +
        "not too small (try 1 to 2). BigGAN's truncation trick (Brock et al. 2019, section 3.1), not StyleGAN's ψ.",
        RandomSource.LeastThreshold,
        10);

    private static readonly Option<int?> Interpolate = CommandLine.InRange(
        "--interpolate",
        "Walk through latent space, past NUMBER random pictures and back to the first, on great circles (slerp, White 2016); of " +
        "conditional networks from digit to digit, too, unless --digit is given. " +
        $"--out ending in {PictureFile.AnimationEndings}: all walks in a grid, animated; a folder: a PNG per frame.",
        2,
        1_000);

    private static readonly Option<int?> Frames = CommandLine.InRange(
        "--frames", $"With --interpolate: frames from one random picture to the next. [default: {UsualFrames}]", 1, 1_000);

    private static readonly Option<int?> Scale = CommandLine.InRange(
        "--scale", "With --interpolate or --timelapse: rows and columns of the file for each pixel of an image. [default: 1]", 1, 32);

    private static readonly Option<bool> Timelapse = new("--timelapse")
    {
        Description =
            "Show how the samples changed during training, from before the first step on: an animation of those that train saved, " +
            $"--out ending in {PictureFile.AnimationEndings}.",
    };

    private static readonly Option<bool> Strip =
        new("--strip") { Description = "With --interpolate: one still picture, with a row per walk and a column per frame." };

    private static readonly Option<int?> Digit = CommandLine.InRange(
        "--digit",
        "Make this digit only, or whatever the labels of the data stand for; of conditional networks. [default: 0, 1, 2, … in turn]",
        0, 255);

    /// <summary>What says how the generator draws.</summary>
    private static readonly Option[] OfGenerator =
    [
        CheckpointOptions.Checkpoint, Count, Digit, Seed, Truncation, Interpolate, Frames, Strip, CheckpointOptions.FromEma,
        CheckpointOptions.FromRaw,
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "generate",
            "Make pictures with a trained generator.",
            "minigan generate",
            "minigan generate conditional-mnist-1 --digit 7 --out sevens.png",
            "minigan generate --checkpoint runs/conditional-mnist-1/best.safetensors --count 10000 --truncation 1.5 --out samples.npy",
            "minigan generate conditional-mnist-1 --interpolate 10 --count 1 --scale 8 --out walk.gif",
            "minigan generate conditional-mnist-1 --interpolate 3 --frames 8 --count 8 --strip --out strip.png",
            "minigan generate conditional-mnist-1 --timelapse --out timelapse.gif")
        {
            CheckpointOptions.Run, CheckpointOptions.Checkpoint, Count, Digit, Seed, Truncation, Interpolate, Frames, Strip, Timelapse,
            Scale, Out, CheckpointOptions.FromEma, CheckpointOptions.FromRaw,
        };
        CheckpointOptions.Validate(command);
        command.Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            if (Given(Timelapse))
            {
                if (OfGenerator.FirstOrDefault(Given) is Option other)
                {
                    result.AddError($"--timelapse shows the samples that train saved: leave {other.Name} out");
                }
            }
            else if (!Given(Interpolate) && new Option[] { Strip, Frames, Scale }.FirstOrDefault(Given) is Option option)
            {
                result.AddError(
                    $"{option.Name} is of a walk: give --interpolate with it, the number of " +
                    $"random pictures that the walk passes{(option == Scale ? ", or --timelapse" : "")}");
            }
        });
        command.SetAction((parsed, cancelled) => Task.FromResult(Make(parsed, cancelled)));
        return command;
    }

    private static int Make(ParseResult parsed, CancellationToken cancelled)
    {
        string path = parsed.GetValue(Out) ?? (parsed.GetValue(Timelapse) ? "timelapse.gif" : "generated.png");
        if (parsed.GetValue(Timelapse))
        {
            return MakeTimelapse(path, parsed.GetValue(CheckpointOptions.Run), parsed.GetValue(Scale) ?? 1, cancelled);
        }

        GenerateJob job = parsed.GetValue(Interpolate) is int stops
            ? WalkFiles.JobFor(
                path, parsed.GetValue(Count) ?? UsualWalks, stops, parsed.GetValue(Frames) ?? UsualFrames, parsed.GetValue(Strip),
                parsed.GetValue(Scale) ?? 1)
            : SampleFiles.JobFor(path, parsed.GetValue(Count) ?? UsualCount);
        (GanCheckpoint file, Gan model) = CheckpointOptions.Load(parsed);
        string checkpoint = file.Path;
        int? label = parsed.GetValue(Digit), digit = label is int wanted ? model.Labels.ClassOf(wanted) : null;
        if (digit < 0)
        {
            throw new UserException(model.Classes == 0
                ? $"--digit: the networks of '{checkpoint}' know no labels. Train conditional ones: minigan train --preset conditional."
                : $"--digit: '{checkpoint}' knows the labels {model.Labels}, not {label}. Give one of those.");
        }

        var source = new ImageSource(
            model, parsed.GetValue(Seed) ?? 1, Average: !parsed.GetValue(CheckpointOptions.FromRaw), parsed.GetValue(Truncation),
            digit is int one ? [(byte)one] : null);
        if (!job.ToFolder)
        {
            OutputFile.CheckWritable("--out", path);
        }

        try
        {
            Progress.Run(
                job.ImageCount,
                progress => job.Write(Reporting(job.Make(source), progress), source.Columns(job.Shown)),
                cancelled,
                silent: job.ImageCount < QuickCount);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, exception);
        }

        CommandLine.Print($"Wrote {job.What} to {path}{(CheckpointOptions.IsNewest(parsed) ? $", made by {checkpoint}" : "")}");
        return CommandLine.Success;
    }

    private static int MakeTimelapse(string path, string? name, int scale, CancellationToken cancelled)
    {
        string run = name is null ? Path.GetDirectoryName(RunCheckpoint.Of(null))! : RunReader.Find(name).Path;
        OutputFile.CheckWritable("--out", path);
        try
        {
            int count = TimelapseFile.Write(path, run, scale, cancelled);
            CommandLine.Print($"Wrote {count} pictures of samples to {path}{(name is null ? $", those of {run}" : "")}");
            return CommandLine.Success;
        }
        catch (Exception exception) when (exception is (IOException or UnauthorizedAccessException) and not MalformedFileException)
        {
            throw CannotWrite(path, exception);
        }
    }

    private static UserException CannotWrite(string path, Exception exception) =>
        new($"--out: '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Give another place.");

    private static IEnumerable<Tensor> Reporting(IEnumerable<Tensor> images, Progress progress)
    {
        int done = 0;
        foreach (Tensor some in images)
        {
            yield return some;
            progress.Advance(done += some.Shape.N, "images");
        }
    }
}
