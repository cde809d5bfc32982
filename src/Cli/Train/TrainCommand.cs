using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.ImageSharp;
using MiniGan.Kernels;
using MiniGan.Recipes;
using MiniGan.Runs;
using MiniGan.Runs.Folders;

namespace MiniGan.Cli.Train;

/// <summary><c>minigan train</c>.</summary>
internal static class TrainCommand
{
    private const long DefaultSteps = 3000, MostSteps = 1_000_000_000_000;

    private static readonly Option<string?> Data = CommandLine.PathOption(
        "--data",
        "mnist, fashion-mnist, emoji, a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or .gz, a folder or a " +
        $".zip of pictures ({PictureFolder.Formats}), whose sub-folders are labels, or a .npy of uint8, or of float32 from -1 to 1, " +
        "[N,H,W], [N,H,W,C] or [N,C,H,W]. [default: mnist]",
        "mnist|fashion-mnist|emoji|DIR|FILE");

    private static readonly Option<string?> Out = CommandLine.PathOption(
        "--out", "The run's folder; the next free runs/PRESET-DATA-NUMBER unless given.", "DIR");

    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the run that is in the folder already." };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description =
            "Go on with the run in --out from its last checkpoint, with its own settings, to the same result as if it had never stopped.",
    };

    private static readonly Option<int?> Epochs = CommandLine.InRange("--epochs", "Times to go through all the images.", 1, 1_000_000);

    private static readonly Option<long?> Steps = CommandLine.InRange(
        "--steps", $"Batches to learn from, instead of --epochs. [default: {DefaultSteps}]", 1, MostSteps);

    private static readonly Option<long?> CheckpointEvery = CommandLine.InRange(
        "--checkpoint-every", "Save samples and a checkpoint every N steps, too, not only at the end of an epoch.", 1, MostSteps);

    private static readonly Option<long?> EvaluateEvery = CommandLine.InRange(
        "--evaluate-every", "Compute the figures of 'evaluate' every N steps and at the end, and keep the best checkpoint.", 1, MostSteps);

    private static readonly Option<string?> Classifier = CommandLine.PathOption(
        "--classifier",
        "For --evaluate-every: a file of train-classifier. [default: the classifier of digits that ships with MiniGan, if it knows these " +
        "images, else random features]",
        "FILE");

    private static readonly Option<int?> Threads = CommandLine.InRange(
        "--threads", "Threads to use; changes the time, never the result. [default: one per processor]", 1, 256);

    private static readonly Option<bool> TensorBoard =
        new("--tensorboard") { Description = "Write an event file too, for TensorBoard: tensorboard --logdir runs." };

    private static readonly Option<string[]> Tags = new("--tag")
    {
        Description = "One or more tags, to filter by in watch.",
        HelpName = "WORD...",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Notes =
        new("--notes") { Description = "Notes about the run, shown in its report.", HelpName = "TEXT" };

    private static readonly Option<bool> NoPreview =
        new("--no-preview") { Description = "Show no samples on the terminal while training." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "train",
            "Train a GAN and watch digits appear.",
            "minigan train",
            "minigan train --data pictures --size 64 --flip",
            "minigan train --data fashion-mnist --epochs 5 --width 64 --tensorboard",
            "minigan train --preset wgan-gp --evaluate-every 2000 --out runs/wgan",
            "minigan train --engine torchsharp --out runs/torch",
            "minigan train --out runs/wgan --resume")
        {
            Data, Out, Overwrite, Resume, Epochs, Steps, CheckpointEvery, EvaluateEvery, Classifier, Tags, Notes, Threads, TensorBoard,
            NoPreview,
        };
        foreach (Option option in DataOptions.All.Concat(RecipeOptions.All).Concat(EngineOptions.All))
        {
            command.Add(option);
        }

        Tags.Validators.Add(result =>
        {
            if (RunSpecification.ProblemOfTags([.. result.Tokens.Select(token => token.Value)]) is string problem)
            {
                result.AddError($"{Tags.Name}: {problem}");
            }
        });
        Notes.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length > RunSpecification.LongestNotes))
            {
                result.AddError(
                    $"{Notes.Name} takes up to {RunSpecification.LongestNotes} characters, but got {result.Tokens[0].Value.Length}");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(Epochs) is not null && result.GetResult(Steps) is not null)
            {
                result.AddError("--epochs and --steps both say how long to train: give one of them.");
            }

            if (!result.GetValue(Resume))
            {
                if (result.GetResult(Classifier) is not null && result.GetResult(EvaluateEvery) is null)
                {
                    result.AddError("--classifier is that of --evaluate-every: give both, or leave it out");
                }

                return;
            }

            if (result.GetResult(Out) is null)
            {
                result.AddError("--resume goes on with the run in a folder: give that as --out");
            }

            string[] own = [.. RecipeOptions.All.Concat(DataOptions.All).Concat([Overwrite, CheckpointEvery, EvaluateEvery, Tags, Notes])
                .Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
            if (own.Length > 0)
            {
                result.AddError($"--resume goes on with the run's own settings: leave {string.Join(", ", own)} out");
            }
        });
        command.SetAction((parsed, cancelled) => Task.FromResult(Run(parsed, cancelled)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancelled)
    {
        if (parsed.GetValue(Threads) is int threads)
        {
            Parallelism.Threads = threads;
        }

        bool resume = parsed.GetValue(Resume);
        try
        {
            return resume ? GoOn(parsed, cancelled) : Begin(parsed, cancelled);
        }
        catch (RunException exception)
        {
            throw new UserException($"{(resume ? Resume.Name : Out.Name)}: {exception.Message}");
        }
    }

    private static int Begin(ParseResult parsed, CancellationToken cancelled)
    {
        var data = DataFolder.Find(parsed.GetValue(Data) ?? "mnist");
        ImageSettings settings = DataOptions.Of(parsed);
        ImageDataset dataset = Pictures.Load(data, settings, cancelled);
        if (!dataset.HasLabels && parsed.GetResult(RecipeOptions.Preset) is null)
        {
            data = data with { Note = "These images have no labels, so the preset is r1, not conditional." };
        }

        long StepsFor(int batch) => StepsOf(parsed, dataset, batch) ?? DefaultSteps;
        Recipe recipe = RecipeOptions.Configure(parsed, dataset, StepsFor);
        using var job = new TrainingJob(recipe, data, dataset, EngineOptions.Apply(parsed, new RunSpecification
        {
            Recipe = recipe,
            Data = data.Name,
            DataFolder = Path.GetFullPath(data.Path),
            Images = dataset.Count,
            Checksum = dataset.Checksum(),
            Image = settings with
            {
                Size = (dataset.Height, dataset.Width),
                Channels = dataset.ImageShape.Channels,
                LabelNames = dataset.LabelNames,
            },
            Steps = StepsFor(recipe.BatchSize),
            CheckpointEvery = parsed.GetValue(CheckpointEvery) ?? 0,
            EvaluateEvery = parsed.GetValue(EvaluateEvery) ?? 0,
            Classifier = parsed.GetValue(Classifier) is string file ? Path.GetFullPath(file) : null,
            TensorBoard = parsed.GetValue(TensorBoard),
            Tags = parsed.GetValue(Tags) ?? [],
            Notes = parsed.GetValue(Notes),
            Command = Pinned([.. parsed.Tokens.Select(token => token.Value)], data),
        }));
        job.Prepare(checkpoints: null, cancelled);
        using RunFolder folder = parsed.GetValue(Out) is not string path ? RunFolder.CreateNext($"{recipe.PresetName}-{data.Name}")
            : !parsed.GetValue(Overwrite) && EarlierRun.IsRun(new RunFiles(path))
                ? throw new UserException(
                    $"--out: '{path}' holds a run already. Give another folder, --resume to go on with it, or --overwrite to replace it.")
            : RunFolder.Create(path, parsed.GetValue(Overwrite));
        return job.Run(folder, showSamples: !parsed.GetValue(NoPreview), cancelled);
    }

    /// <summary>The words of the command, with the data that it found.</summary>
    private static List<string> Pinned(List<string> words, DataFolder data)
    {
        int given = words.IndexOf(Data.Name);
        if (given < 0)
        {
            return [.. words, Data.Name, data.Word];
        }

        words[given + 1] = data.Word;
        return words;
    }

    private static int GoOn(ParseResult parsed, CancellationToken cancelled)
    {
        using RunFolder folder = RunFolder.Open(parsed.GetValue(Out)!);
        RunSpecification stored = folder.Stored!;
        if (stored.Recipe is not Recipe recipe || stored.DataFolder is null)
        {
            throw new UserException(
                $"--resume: the run is of networks that the program '{stored.Program}' made, so that only it can go on " +
                "with it. Run that again.");
        }

        DataFolder data = parsed.GetValue(Data) is string given
            ? DataFolder.Find(given)
            : DataFolder.FindAgain(stored.Data, stored.DataFolder, Resume.Name);
        if (data.HoldsPictures && stored.Image?.Size is null)
        {
            throw new UserException(
                "--resume: the run learned from pictures as an earlier version of the program made them, which this one does not. Train " +
                "again.");
        }

        ImageDataset dataset = Pictures.Load(data, stored.Image ?? new(), cancelled);
        if (dataset.Count != stored.Images)
        {
            throw new UserException(
                $"--resume: the run learned from {stored.Images} images, but '{data.Path}' holds {dataset.Count}. Give the folder of " +
                "the same images as --data.");
        }

        if (dataset.Checksum() != stored.Checksum)
        {
            throw new UserException(
                $"--resume: '{data.Path}' holds other images or labels than the run learned from. Give the folder of " +
                "the same ones as --data.");
        }

        using var job = new TrainingJob(recipe, data, dataset, EngineOptions.Apply(parsed, stored with
        {
            Data = data.Name,
            DataFolder = Path.GetFullPath(data.Path),
            Steps = StepsOf(parsed, dataset, recipe.BatchSize) ?? stored.Steps,
            Classifier = parsed.GetValue(Classifier) is string file ? Path.GetFullPath(file) : stored.Classifier,
            TensorBoard = stored.TensorBoard || parsed.GetValue(TensorBoard),
        }));
        job.Prepare(folder.Files, cancelled);
        return job.Run(folder, showSamples: !parsed.GetValue(NoPreview), cancelled);
    }

    private static long? StepsOf(ParseResult parsed, ImageDataset dataset, int batch) =>
        parsed.GetValue(Epochs) is int epochs ? (long)epochs * (dataset.Count / batch) : parsed.GetValue(Steps);
}
