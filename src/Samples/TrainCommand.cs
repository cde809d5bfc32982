using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MiniGan.Data;
using MiniGan.Kernels;
using MiniGan.TensorBoard;
using MiniGan.Training;
using Spectre.Console;

namespace MiniGan.Samples;

/// <summary><c>minigan train</c>.</summary>
internal static class TrainCommand
{
    private const long DefaultSteps = 3000;

    private static readonly Option<string?> Data = CommandLine.PathOption(
        "--data",
        "mnist, fashion-mnist, or a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or .gz. [default: mnist]",
        "mnist|fashion-mnist|DIR");

    private static readonly Option<string?> Out = CommandLine.PathOption("--out", "The run's folder; the next free runs/PRESET-DATA-NUMBER unless given.", "DIR");

    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the run that is in the folder already." };

    private static readonly Dictionary<string, GanPreset> Presets = new() { ["dcgan"] = GanPreset.Dcgan, ["tf-tutorial"] = GanPreset.TfTutorial };

    private static readonly Option<string> Preset = new("--preset")
    {
        Description = "Which networks: a small DCGAN, or those of TensorFlow's DCGAN tutorial, some fifteen times slower.",
        DefaultValueFactory = _ => "dcgan",
        HelpName = "dcgan|tf-tutorial",
    };

    private static readonly Option<int?> Width = CommandLine.InRange("--width", "Feature maps next to the image; more is slower and better. [default: 32; tf-tutorial always has 64]", 1, 1024);

    private static readonly Option<int?> Epochs = CommandLine.InRange("--epochs", "Times to go through all the images.", 1, 1_000_000);

    private static readonly Option<long?> Steps = CommandLine.InRange("--steps", $"Batches to learn from, instead of --epochs. [default: {DefaultSteps}]", 1, 1_000_000_000_000L);

    private static readonly Option<int?> Batch = CommandLine.InRange("--batch", "Images in a batch. [default: 64; tf-tutorial: 256]", 1, 65536);

    private static readonly Option<double?> LearningRate = CommandLine.InRange("--learning-rate", "Adam's step size, for both networks. [default: the preset's]", 1e-12, 1000);

    private static readonly Option<ulong?> Seed = CommandLine.Seed("Of everything random: on the same kind of processor, the same seed gives the same pictures.");

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
            "minigan train --data fashion-mnist --epochs 5 --width 64 --tensorboard")
        {
            Data, Out, Overwrite, Preset, Width, Epochs, Steps, Batch, LearningRate, Seed, Threads, TensorBoard, NoPreview,
        };
#if EXTRAS
        command.Add(Extras.LayersOption.Layers);
#endif
        Preset.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Presets.ContainsKey(result.Tokens[0].Value))
            {
                result.AddError($"--preset must be {string.Join(" or ", Presets.Keys)}, but is '{result.Tokens[0].Value}'");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(Epochs) is not null && result.GetResult(Steps) is not null)
            {
                result.AddError("--epochs and --steps both say how long to train: give one of them.");
            }
        });
        command.SetAction((parsed, cancelled) => Task.FromResult(Run(parsed, cancelled)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancelled)
    {
        RunConfiguration configuration = Configure(parsed);
        if (parsed.GetValue(Threads) is int threads)
        {
            Parallelism.Threads = threads;
        }

        // All that can fail before the first step does so before an older run is replaced.
        var run = new TrainingRun(configuration);
        GanConfiguration gan = configuration.Gan;
        using var folder = RunFolder.Create(
            parsed.GetValue(Out), $"{parsed.GetValue(Preset)}-{configuration.Data.Name}", parsed.GetValue(Overwrite));
        if (configuration.Data.Note is string note)
        {
            Console.WriteLine(note);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{parsed.GetValue(Preset)}, width {gan.Width}, on {configuration.Dataset.Count} images of {configuration.Data.Name}: {configuration.Steps} steps of {gan.BatchSize} images, seed {gan.Seed}, {Parallelism.Threads} thread(s). Ctrl-C saves and ends the run."));

        ITrainingView view = LiveView.Works(AnsiConsole.Console) ? new LiveView(AnsiConsole.Console, parsed.GetValue(NoPreview) ? null : run.Samples) : new PlainView();
        using EventFileWriter? events = parsed.GetValue(TensorBoard) ? new EventFileWriter(folder.Path, run.FirstStep) : null;
        long start = Stopwatch.GetTimestamp();
        (long steps, string samples) = run.Train(folder, events is null ? view : new TensorBoardView(view, events), cancelled);
        string stopped = steps < configuration.Steps ? "Stopped" : "Done";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{stopped} after {steps} steps and {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} seconds. Look at {samples}"));
        Console.WriteLine($"More pictures: dotnet run -c Release --project src/Samples -- generate --checkpoint {folder.CheckpointPath}");
        return steps < configuration.Steps ? CommandLine.Interrupted : CommandLine.Success;
    }

    private static RunConfiguration Configure(ParseResult parsed)
    {
        GanConfiguration gan;
        try
        {
            gan = GanConfiguration.For(
                Presets[parsed.GetValue(Preset)!],
                parsed.GetValue(Width), parsed.GetValue(Batch), parsed.GetValue(LearningRate), parsed.GetValue(Seed) ?? 1);
        }
        catch (ArgumentException exception)
        {
            throw new UserException(exception.Message);
        }

        var data = DataFolder.Find(parsed.GetValue(Data) ?? "mnist");
#if EXTRAS
        ImageDataset dataset = Extras.Pictures.Load(data);
        IConvolutionLayers layers = Extras.LayersOption.Choose(parsed);
#else
        var dataset = ImageDataset.LoadTraining(data.Path);
        var layers = new CustomLayers();
#endif
        if (dataset.Height != GanModel.ImageSize || dataset.Width != GanModel.ImageSize)
        {
            throw new UserException($"--data: the networks take images of {GanModel.ImageSize}×{GanModel.ImageSize}, but those in '{data.Path}' are {dataset.Height}×{dataset.Width}.");
        }

        if (dataset.Count < gan.BatchSize)
        {
            throw new UserException($"--batch: a batch of {gan.BatchSize} is more than the {dataset.Count} images of '{data.Path}'. Give a smaller one.");
        }

        var configuration = new RunConfiguration(gan, data, dataset, parsed.GetValue(Steps) ?? DefaultSteps, layers);
        return parsed.GetValue(Epochs) is int epochs ? configuration with { Steps = (long)epochs * configuration.StepsPerEpoch } : configuration;
    }
}
