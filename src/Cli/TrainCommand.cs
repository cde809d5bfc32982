using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MiniGan.Cli.Report;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.ImageSharp;
using MiniGan.Kernels;
using MiniGan.Recipes;
using MiniGan.TensorBoard;
using MiniGan.Training;
using Spectre.Console;

namespace MiniGan.Cli;

/// <summary><c>minigan train</c>.</summary>
internal static class TrainCommand
{
    /// <summary>Height and width of the images that the recipes' networks take.</summary>
    public const int ImageSize = 28;

    private const long DefaultSteps = 3000, MostSteps = 1_000_000_000_000;

    private static readonly Option<string?> Data = CommandLine.PathOption(
        "--data",
        "mnist, fashion-mnist, or a folder: with train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or .gz, or of pictures " +
        $"({PictureFolder.Formats}), of which the middle is taken, in grey. [default: mnist]",
        "mnist|fashion-mnist|DIR");

    private static readonly Option<string?> Out = CommandLine.PathOption("--out", "The run's folder; the next free runs/PRESET-DATA-NUMBER unless given.", "DIR");

    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the run that is in the folder already." };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on with the run in --out from its last checkpoint, with its own settings, to the same result as if it had never stopped.",
    };

    private static readonly Option<int?> Epochs = CommandLine.InRange("--epochs", "Times to go through all the images.", 1, 1_000_000);

    private static readonly Option<long?> Steps = CommandLine.InRange("--steps", $"Batches to learn from, instead of --epochs. [default: {DefaultSteps}]", 1, MostSteps);

    private static readonly Option<long?> CheckpointEvery = CommandLine.InRange("--checkpoint-every", "Save samples and a checkpoint every N steps, too, not only at the end of an epoch.", 1, MostSteps);

    private static readonly Option<long?> EvaluateEvery = CommandLine.InRange(
        "--evaluate-every", "Compute the figures of 'evaluate' every N steps and at the end, and keep the best checkpoint.", 1, MostSteps);

    private static readonly Option<string?> Classifier = CommandLine.PathOption(
        "--classifier", "For --evaluate-every with other images than digits: a file of train-classifier. [default: the classifier of digits that ships with MiniGan]", "FILE");

    private static readonly Option<int?> Threads = CommandLine.InRange("--threads", "Threads to use; changes the time, never the result. [default: one a processor]", 1, 256);

    private static readonly Option<bool> TensorBoard = new("--tensorboard") { Description = "Write an event file too, for TensorBoard: tensorboard --logdir runs." };

    private static readonly Option<bool> NoPreview = new("--no-preview") { Description = "Show no samples on the terminal while training." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "train",
            "Train a GAN and watch digits appear.",
            "minigan train",
            "minigan train --data fashion-mnist --epochs 5 --width 64 --tensorboard",
            "minigan train --preset wgan-gp --evaluate-every 2000 --out runs/wgan",
            "minigan train --out runs/wgan --resume")
        {
            Data, Out, Overwrite, Resume, Epochs, Steps, CheckpointEvery, EvaluateEvery, Classifier, Threads, TensorBoard, NoPreview,
        };
        foreach (Option option in GameOptions.All)
        {
            command.Add(option);
        }

        command.Add(LayersOption.Layers);
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

            string[] own = [.. GameOptions.All.Concat([Overwrite, CheckpointEvery, EvaluateEvery]).Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
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

        return parsed.GetValue(Resume) ? GoOn(parsed, cancelled) : Begin(parsed, cancelled);
    }

    private static int Begin(ParseResult parsed, CancellationToken cancelled)
    {
        var data = DataFolder.Find(parsed.GetValue(Data) ?? "mnist");
        ImageDataset dataset = Load(data, cancelled);
        if (!dataset.HasLabels && parsed.GetResult(GameOptions.Preset) is null)
        {
            data = data with { Note = "These images have no labels, so the preset is r1, not conditional." };
        }

        long StepsFor(int batch) => StepsOf(parsed, dataset, batch) ?? DefaultSteps;
        Recipe gan = GameOptions.Configure(parsed, dataset, StepsFor);
        var configuration = new RunConfiguration(
            gan, data, dataset, StepsFor(gan.BatchSize), LayersOption.AreBuiltIn(parsed, gan), parsed.GetValue(CheckpointEvery) ?? 0, parsed.GetValue(EvaluateEvery) ?? 0,
            parsed.GetValue(Classifier) is string file ? Path.GetFullPath(file) : null, parsed.GetValue(TensorBoard), [.. parsed.Tokens.Select(token => token.Value)]);
        CheckBatch(configuration);

        TrainingRun run = Prepare(configuration);
        run.PrepareEvaluation();
        using var folder = RunFolder.Create(parsed.GetValue(Out), $"{gan.PresetName}-{data.Name}", parsed.GetValue(Overwrite));
        return Train(parsed, run, configuration, folder, cancelled);
    }

    private static int GoOn(ParseResult parsed, CancellationToken cancelled)
    {
        using var folder = RunFolder.Open(parsed.GetValue(Out)!);
        var stored = StoredRun.FromJson(folder.ReadConfiguration());
        DataFolder data = parsed.GetValue(Data) is string given ? DataFolder.Find(given) : DataFolder.FindAgain(stored.Data, stored.DataFolder);
        ImageDataset dataset = Load(data, cancelled);
        if (dataset.Count != stored.Images)
        {
            throw new UserException($"--resume: the run learned from {stored.Images} images, but '{data.Path}' holds {dataset.Count}. Give the folder of the same images as --data.");
        }

        if (dataset.Checksum() != stored.Checksum)
        {
            throw new UserException($"--resume: '{data.Path}' holds other images or labels than the run learned from. Give the folder of the same ones as --data.");
        }

        bool builtIn = LayersOption.AreBuiltIn(parsed, stored.Gan);
        var configuration = new RunConfiguration(
            stored.Gan, data, dataset, StepsOf(parsed, dataset, stored.Gan.BatchSize) ?? stored.Steps, builtIn, stored.CheckpointEvery, stored.EvaluateEvery,
            parsed.GetValue(Classifier) is string file ? Path.GetFullPath(file) : stored.Classifier, stored.TensorBoard || parsed.GetValue(TensorBoard), stored.Command);
        if (configuration.LayersName != stored.Layers)
        {
            throw new UserException($"--resume: the run has the convolutions of {stored.Layers}, not of {configuration.LayersName}. Choose them by --layers.");
        }

        CheckBatch(configuration);
        (TrainingRun run, IReadOnlyList<string> damaged) = Resumption.Prepare(folder, configuration);
        if (run.Steps >= configuration.Steps)
        {
            throw new UserException($"--resume: the run has its {run.Steps} steps already. To train it further, give more of them as --steps or --epochs.");
        }

        foreach (string line in damaged)
        {
            CommandLine.Print($"{line.TrimEnd('.')}. Going on from the newest checkpoint before it that is whole.");
        }

        run.PrepareEvaluation();
        return Train(parsed, run, configuration, folder, cancelled);
    }

    private static int Train(ParseResult parsed, TrainingRun run, RunConfiguration configuration, RunFolder folder, CancellationToken cancelled)
    {
        long done = run.Steps;
        Recipe gan = configuration.Gan;
        if (configuration.Data.Note is string note)
        {
            Console.WriteLine(note);
        }

        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"{gan.PresetName}, width {gan.Width}, on {configuration.Dataset.Count} images of {Printable.Name(configuration.Data.Name)}: {configuration.Steps} steps of {gan.BatchSize} images, seed {gan.Seed}, {Parallelism.Threads} thread(s). Ctrl-C saves and ends the run."));
        if (done > 0)
        {
            Console.WriteLine($"Going on after step {done}.");
            if (gan.DecaySteps > 0 && configuration.Steps > gan.DecaySteps)
            {
                Console.WriteLine($"The learning rate has fallen since the first step to end with step {gan.DecaySteps}, so the steps behind that change next to nothing. To train longer with --decay, train again with more --steps.");
            }
        }

        ITrainingView view = LiveView.Works(AnsiConsole.Console) ? new LiveView(AnsiConsole.Console, parsed.GetValue(NoPreview) ? null : run.Samples) : new PlainView();
        long start = Stopwatch.GetTimestamp();
        long steps;
        string samples;
        string? reportProblem;
        string goOn = $"dotnet run -c Release --project src/Cli -- train --out {ShellWords.Quote(folder.Path)} --resume";
        try
        {
            run.Start(cancelled);
            if (folder.ReplacesRun)
            {
                cancelled.ThrowIfCancellationRequested(); // whoever stops it now may have thought better of that
            }

            folder.Begin(configuration, done);
            using EventFileWriter? events = configuration.TensorBoard ? new EventFileWriter(folder.Path, done == 0 ? 0 : done + 1) : null;
            (steps, samples, reportProblem) = run.Train(folder, events is null ? view : new TensorBoardView(view, events), cancelled);
        }
        catch (DivergedException exception)
        {
            return CommandLine.Fail($"{exception.Message} {(File.Exists(folder.CheckpointPath) ? $"The last checkpoint is as it was: {folder.CheckpointPath}" : "There was no checkpoint yet.")}", CommandLine.Failed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            folder.RequireInPlace();
            throw new UserException($"--out: '{folder.Path}' cannot be written ({exception.Message.TrimEnd('.')}). What was saved before is whole. Make room or let it be written, then go on: {goOn}");
        }

        bool stopped = steps < configuration.Steps;
        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture, $"{(stopped ? "Stopped" : "Done")} after {steps} steps and {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} seconds. Look at {samples}"));
        CommandLine.Print(stopped ? $"Go on: {goOn}" : $"More pictures: dotnet run -c Release --project src/Cli -- generate --checkpoint {ShellWords.Quote(folder.CheckpointPath)}");
        if (reportProblem is not null)
        {
            string place = ShellWords.Quote(folder.Path);
            CommandLine.Fail($"all of the run is saved, but its report cannot be written: {reportProblem.TrimEnd('.')}. Write it elsewhere: dotnet run -c Release --project src/Cli -- report {place} --out FILE");
        }

        return stopped ? CommandLine.Interrupted : reportProblem is not null ? CommandLine.Failed : CommandLine.Success;
    }

    private static TrainingRun Prepare(RunConfiguration configuration)
    {
        try
        {
            return new TrainingRun(configuration);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new UserException(exception.Message);
        }
    }

    /// <summary>The training images of a folder, as the networks take them.</summary>
    /// <exception cref="UserException">There are none, or they have another size.</exception>
    public static ImageDataset Load(DataFolder data, CancellationToken cancelled)
    {
        ImageDataset dataset = Pictures.Load(data, cancelled);
        return dataset.Count == 0 ? throw new UserException($"--data: '{data.Path}' holds no images: its file is there, but has 0 of them. Get it anew.")
            : dataset.Height == ImageSize && dataset.Width == ImageSize ? dataset
            : throw new UserException($"--data: the networks take images of {ImageSize}×{ImageSize}, but those in '{data.Path}' are {dataset.Height}×{dataset.Width}.");
    }

    private static long? StepsOf(ParseResult parsed, ImageDataset dataset, int batch) =>
        parsed.GetValue(Epochs) is int epochs ? (long)epochs * (dataset.Count / batch) : parsed.GetValue(Steps);

    private static void CheckBatch(RunConfiguration configuration)
    {
        if (configuration.Dataset.Count < configuration.Gan.BatchSize)
        {
            int images = configuration.Dataset.Count;
            throw new UserException(
                $"--batch: a batch is {configuration.Gan.BatchSize} images, but '{configuration.Data.Path}' holds {images} " +
                $"image{(images == 1 ? "" : "s")}. Give a smaller batch, or more images.");
        }
    }
}
