using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Kernels;

namespace MiniGan.Cli.Evaluate;

/// <summary><c>minigan train-classifier</c>.</summary>
internal static class TrainClassifierCommand
{
    private static readonly ClassifierConfiguration Defaults = ClassifierConfiguration.Default;

    private static readonly Option<string?> Data = CommandLine.PathOption(
        "--data",
        "mnist, fashion-mnist, or a folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and the same two of t10k, plain " +
        "or .gz. [default: mnist]",
        "mnist|fashion-mnist|DIR");

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
            "minigan train-classifier --data fashion-mnist --out fashion.safetensors")
        {
            Data, Epochs, Seed, Out,
        };
        command.SetAction((parsed, cancelled) => Task.FromResult(Run(parsed, cancelled)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancelled)
    {
        string path = parsed.GetValue(Out) ?? "classifier.safetensors";
        var data = DataFolder.Find(parsed.GetValue(Data) ?? "mnist");
        if (!ImageDataset.HasTest(data.Path))
        {
            throw new UserException(
                $"--data: {Printable.Name(data.Name)} has no test images, so that what is learned could not be judged. Get all of MNIST " +
                "(dotnet run data-scripts/get-mnist.cs), or give a folder with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.");
        }

        ImageDataset training = EvaluationData.Check(ImageDataset.LoadTraining(data.Path), data.Path),
            test = EvaluationData.Check(ImageDataset.LoadTest(data.Path), data.Path);
        ClassifierConfiguration configuration =
            Defaults with { Epochs = parsed.GetValue(Epochs) ?? Defaults.Epochs, Seed = parsed.GetValue(Seed) ?? Defaults.Seed };
        if (training.Count < configuration.BatchSize || test.Count == 0)
        {
            throw new UserException(
                $"--data: the classifier needs at least {configuration.BatchSize} training images and one test image, but '{data.Path}' " +
                $"has {training.Count} and {test.Count}.");
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

    private static double Train(ClassifierTrainer trainer, int epochs, ImageDataset test, CancellationToken cancelled)
    {
        double accuracy = 0;
        void Work(Progress report)
        {
            for (int epoch = 1; epoch <= epochs; epoch++)
            {
                long start = Stopwatch.GetTimestamp(), done = (long)(epoch - 1) * trainer.StepsPerEpoch;
                double loss = trainer.TrainEpoch(step => report.Advance(done + step, $"epoch {epoch}/{epochs}"));
                accuracy = trainer.Classifier.Classify(EvaluationData.InOrder(test)(test.Count)).Accuracy(test.Labels);
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
