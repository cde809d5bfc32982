using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Cli.Evaluate;

/// <summary><c>minigan evaluate</c>.</summary>
internal static class EvaluateCommand
{
    private const int PicturesWithNeighbours = 20, PicturesWithDistances = 500;

    private const double LeastAccuracy = 0.5;

    private static readonly Option<string?> Checkpoint = CommandLine.PathOption(
        "--checkpoint", "The checkpoint.safetensors of a run, whose generator makes the samples.", "FILE");

    private static readonly Option<string?> Samples = CommandLine.PathOption(
        "--samples", "Samples that are there already: raw 28×28 images in MNIST's format, plain or .gz.", "FILE.idx3-ubyte");

    private static readonly Option<string?> Data = CommandLine.PathOption(
        "--data",
        "The real images: mnist, fashion-mnist, or a folder as for train. Without test images (t10k-…) its training images are split in " +
        "halves. [default: mnist]",
        "mnist|fashion-mnist|DIR");

    private static readonly Option<string?> Classifier = CommandLine.PathOption(
        "--classifier", "A file of train-classifier. [default: the classifier of digits that ships with MiniGan]", "FILE");

    private static readonly Option<int?> Count = CommandLine.InRange(
        "--count",
        $"Samples to measure. [default: as many as real images in the baseline, {EvaluationData.UsualCount} with all of " +
        "MNIST; with --samples all]",
        Evaluator.FewestImages, 100_000);

    private static readonly Option<ulong?> Seed = CommandLine.Seed("Of the latent vectors, as for generate.");

    private static readonly Option<string?> Neighbours = CommandLine.PathOption(
        "--neighbours",
        $"Also draw the first {PicturesWithNeighbours} samples, each beside the training images nearest to it, pixel by " +
        "pixel: is it memorising?",
        "FILE.png");

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON, and nothing else." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "evaluate",
            "Measure how good samples are: Fréchet distance, classifier score, classes, precision and recall.",
            "minigan evaluate --checkpoint runs/conditional-mnist-1/checkpoint.safetensors --neighbours neighbours.png",
            "minigan evaluate --samples samples.idx3-ubyte --json")
        {
            Checkpoint, Samples, Data, Classifier, Count, Seed, Neighbours, Json,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(Checkpoint) is null) == (result.GetResult(Samples) is null))
            {
                result.AddError("give either --checkpoint, whose generator makes the samples, or --samples, a file of them");
            }
            else if (result.GetResult(Samples) is not null && result.GetResult(Seed) is not null)
            {
                result.AddError("--seed is that of a generator's latent vectors: it goes with --checkpoint, not with --samples");
            }
        });
        Neighbours.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !result.Tokens[0].Value.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"--neighbours must be a file that ends in .png, but is '{result.Tokens[0].Value}'");
            }
        });
        command.SetAction((parsed, cancelled) => Task.FromResult(Run(parsed, cancelled)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancelled)
    {
        var folder = DataFolder.Find(parsed.GetValue(Data) ?? "mnist");
        var data = EvaluationData.Load(folder);
        SampleSource source = parsed.GetValue(Samples) is string file
            ? SampleSource.OfFile(file, parsed.GetValue(Count))
            : SampleSource.OfCheckpoint(
                parsed.GetValue(Checkpoint)!, parsed.GetValue(Count) ?? data.Baseline.Count, parsed.GetValue(Seed) ?? 1, data.Baseline);
        string? neighbours = parsed.GetValue(Neighbours);
        if (neighbours is not null)
        {
            OutputFile.CheckWritable("--neighbours", neighbours);
        }

        DigitClassifier classifier = LoadClassifier(parsed.GetValue(Classifier));
        bool json = parsed.GetValue(Json);
        if (data.Note is string note && !json)
        {
            CommandLine.Print(note);
        }

        // As many on both sides, since the distance falls with the number of pictures.
        ImageDataset baseline = EvaluationData.Some(data.Baseline, source.Count);
        Evaluator? evaluator = null;
        EvaluationReport? real = null, samples = null;
        Progress.Run(
            data.Reference.Count + baseline.Count + source.Count,
            progress =>
            {
                progress.Advance(0, data.ReferenceName);
                evaluator = Measure(classifier, data.Reference, folder);
                int done = data.Reference.Count;
                real = evaluator.Evaluate(EvaluationData.InOrder(baseline), baseline.Count, seen =>
                    progress.Advance(done + seen, data.BaselineName));
                done += baseline.Count;
                samples = evaluator.Evaluate(source.Open(), source.Count, seen => progress.Advance(done + seen, "samples"));
            },
            cancelled,
            silent: json);

        var result = new EvaluationResult(
            source, data, evaluator!.ReferenceAccuracy, samples!, real!, neighbours is null ? null : Draw(neighbours, source, data));
        if (json)
        {
            Console.WriteLine(result.ToJson());
        }
        else
        {
            EvaluationView.Print(result);
        }

        return CommandLine.Success;
    }

    /// <summary>Measures the real images, and refuses a classifier that does not know them.</summary>
    public static Evaluator Measure(DigitClassifier classifier, ImageDataset reference, DataFolder folder)
    {
        var evaluator = new Evaluator(classifier, reference);
        return evaluator.ReferenceAccuracy >= LeastAccuracy
            ? evaluator
            : throw new UserException(
                $"--classifier: it gets only {100 * evaluator.ReferenceAccuracy:F1} % of the real images of {folder.Name} right, so that " +
                "what it says of others means nothing: it learned from other images. Train one for these: minigan train-classifier " +
                $"--data {folder.Name} --out FILE, then give --classifier FILE.");
    }

    /// <summary>The classifier of a file, or the one that ships.</summary>
    public static DigitClassifier LoadClassifier(string? path)
    {
        if (path is not null && !File.Exists(path))
        {
            throw new UserException($"--classifier: there is no file '{path}'. Give a file of minigan train-classifier.");
        }

        return ClassifierCheckpoint.Load(path ?? Path.Combine(AppContext.BaseDirectory, "classifier", "mnist.safetensors")).Classifier;
    }

    private static NeighbourDistances Draw(string path, SampleSource source, EvaluationData data)
    {
        Tensor pictures = source.Open()(Math.Min(PicturesWithNeighbours, source.Count));
        Bitmap bitmap = NeighbourPicture.Draw(pictures, data.Training);
        PngWriter.Write(path, bitmap);
        double OfNext(Func<int, Tensor> next, int available) =>
            NeighbourPicture.MeanNearestDistance(next(Math.Min(PicturesWithDistances, available)), data.Training);
        return new NeighbourDistances(
            path,
            OfNext(source.Open(), source.Count),
            data.HasTest
                ? OfNext(EvaluationData.InOrder(EvaluationData.Some(data.Reference, PicturesWithDistances)), data.Reference.Count)
                : null);
    }
}
