using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Kernels;
using MiniGan.Runs.Folders;

namespace MiniGan.Cli.Evaluate;

/// <summary><c>minigan train-classifier</c>.</summary>
internal static class TrainClassifierCommand
{
    private static readonly ClassifierConfiguration Defaults = ClassifierConfiguration.Default;

    private static readonly Option<string?> Data = CommandLine.PathOption(
        "--data",
        "Labelled images, as for train: mnist, fashion-mnist, emoji, a folder of IDX files, or a folder or .zip of pictures whose " +
        "sub-folders are labels. Without test images a tenth is held out. [default: mnist]",
        "mnist|fashion-mnist|emoji|DIR|FILE");

    private static readonly Option<int?> Epochs = CommandLine.InRange(
        "--epochs", $"Times to go through all the images. [default: {Defaults.Epochs}]", 1, 10_000);

    private static readonly Option<ulong?> Seed = CommandLine.Seed(
        "Of everything random: on the same kind of processor, the same seed gives the same file.");

    private static readonly Option<string?> Out = CommandLine.PathOption(
        "--out", "The file to write; replaced if it is there. [default: classifier.safetensors]", "FILE");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "train-classifier",
            "Train the classifier in whose features 'evaluate' compares pictures.",
            "minigan train-classifier --out classifier.safetensors",
            "minigan train-classifier --data fashion-mnist --out fashion.safetensors",
            "minigan train-classifier --data pictures --size 64 --out pictures.safetensors")
        {
            Data, Epochs, Seed, Out,
        };
        foreach (Option option in DataOptions.Reading)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancelled) => Task.FromResult(Run(parsed, cancelled)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancelled)
    {
        string path = parsed.GetValue(Out) ?? "classifier.safetensors";
        var data = DataFolder.Find(parsed.GetValue(Data) ?? "mnist");
        ImageSettings settings = DataOptions.Of(parsed);
        ImageDataset training = Pictures.Load(data, settings, cancelled);
        ImageDataset? test = Pictures.LoadTest(
            data, settings with { Size = (training.Height, training.Width), Channels = training.ImageShape.Channels }, cancelled);
        if (test is null && training.HasLabels)
        {
            (training, test) = HoldOut(training);
            CommandLine.Print(
                $"{Printable.Name(data.Name)} has no test images: a tenth of each label's images, always the same, is held out to judge " +
                "what is learned.");
        }

        var labels = new LabelSet(training.Labels);
        if (labels.Count < 2)
        {
            throw new UserException(
                $"--data: a classifier learns to tell labels apart, but the images in '{data.Path}' have " +
                $"{(labels.Count == 0 ? "none" : $"only {labels}")}. Sub-folders of pictures are labels.");
        }

        ClassifierConfiguration configuration =
            Defaults with { Epochs = parsed.GetValue(Epochs) ?? Defaults.Epochs, Seed = parsed.GetValue(Seed) ?? Defaults.Seed };
        if (training.Count < configuration.BatchSize || test is not { Count: > 0, HasLabels: true })
        {
            throw new UserException(
                $"--data: the classifier needs at least {configuration.BatchSize} training images and one test image, all with labels, " +
                $"but '{data.Path}' has {training.Count} and {(test is { HasLabels: true } ? test.Count : 0)}.");
        }

        OutputFile.CheckWritable("--out", path);
        var trainer = new ClassifierTrainer(training, configuration);
        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"A classifier of {trainer.Classifier.Network.ParameterCount:N0} parameters learns {training.Count:N0} images of " +
            $"{Printable.Name(data.Name)}: {configuration.Epochs} epochs, seed {configuration.Seed}, {Parallelism.Threads} thread(s)."));
        long start = Stopwatch.GetTimestamp();
        double accuracy = Train(trainer, configuration.Epochs, test, cancelled);
        new ClassifierCheckpoint(trainer.Classifier, configuration, accuracy).Save(path);
        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"Done after {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} seconds: {100 * accuracy:F2} % of {test.Count:N0} test images " +
            $"are classified right. Wrote {path}"));
        return CommandLine.Success;
    }

    /// <summary>Of each label's images, in an order that is always the same, every tenth for the test.</summary>
    private static (ImageDataset Training, ImageDataset Test) HoldOut(ImageDataset all)
    {
        ImageDataset shuffled = EvaluationData.Some(all, all.Count);
        ILookup<bool, int> parts = Enumerable.Range(0, all.Count).GroupBy(i => shuffled.Labels[i])
            .SelectMany(label => label.Select((i, number) => (Index: i, IsTest: number % 10 == 9)))
            .ToLookup(item => item.IsTest, item => item.Index);
        return (shuffled.Choose([.. parts[false]]), shuffled.Choose([.. parts[true]]));
    }

    private static double Train(ClassifierTrainer trainer, int epochs, ImageDataset test, CancellationToken cancelled)
    {
        double accuracy = 0;
        void Work(Progress report)
        {
            for (int epoch = 1; epoch <= epochs; epoch++)
            {
                long start = Stopwatch.GetTimestamp(), done = (long)(epoch - 1) * trainer.StepsPerEpoch;
                double loss = trainer.TrainEpoch(step => report.Advance(done + step, $"epoch {epoch}/{epochs}"));
                accuracy = trainer.Classifier.AccuracyOn(test);
                report.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"epoch {epoch}/{epochs}  loss {loss:F4}  test accuracy {100 * accuracy:F2} %  " +
                    $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
            }
        }

        Progress.Run((long)epochs * trainer.StepsPerEpoch, Work, cancelled);
        return accuracy;
    }
}
