using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Runs.Folders;
using MiniGan.Tensors;

namespace MiniGan.Cli.Evaluate;

/// <summary><c>minigan evaluate</c>.</summary>
internal static class EvaluateCommand
{
    private const int PicturesWithNeighbours = 20, PicturesWithDistances = 500;

    private static readonly Option<string?> Samples = CommandLine.PathOption(
        "--samples",
        "Samples that are there already: raw images in MNIST's format, plain or .gz, a .npy of uint8 or as generate writes it, or a " +
        "folder or .zip of pictures.",
        "FILE|DIR");

    private static readonly Option<string?> Data = CommandLine.PathOption(
        "--data",
        "The real images, as for train; they are made of the samples' size and colour. Without test images (t10k-…) they are split in " +
        "halves. [default: those that the checkpoint's run learned from, else mnist]",
        "mnist|fashion-mnist|emoji|DIR|FILE");

    private static readonly Option<string?> Classifier = CommandLine.PathOption(
        "--classifier",
        "A file of train-classifier, in whose features to compare. [default: the classifier of digits that ships with MiniGan, if it " +
        "knows the real images, else random features]",
        "FILE");

    private static readonly Option<bool> Random = new("--random-features")
    {
        Description = "Compare in the features of a network with random weights, whatever classifier there is.",
    };

    private static readonly Option<bool> Modes = new("--modes")
    {
        Description =
            "Of stacked MNIST, whose colours are a digit each: count which of the 1,000 kinds the samples are of, and nothing else.",
    };

    private static readonly Option<int?> Count = CommandLine.InRange(
        "--count",
        $"Samples to measure. [default: as many as real images in the baseline, at most {EvaluationData.UsualCount}; with --modes " +
        $"{ModesResult.UsualCount}; with --samples all]",
        Evaluator.FewestImages, 100_000);

    private static readonly Option<ulong?> Seed = CommandLine.Seed("Of the latent vectors, as for generate.");

    private static readonly Option<string?> Neighbours = CommandLine.PathOption(
        "--neighbours",
        $"Also draw the first {PicturesWithNeighbours} samples, each beside the training images nearest to it, pixel by " +
        "pixel: is it memorising?",
        "FILE.png");

    private static readonly Option<NeighbourKind?> By = CommandLine.Choice<NeighbourKind>(
        "--neighbours-by", "What neighbours are near in: pixels, or the features that the figures are computed in. [default: pixels]");

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON, and nothing else." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "evaluate",
            "Measure how good samples are: Fréchet distance, precision and recall, classes.",
            "minigan evaluate",
            "minigan evaluate conditional-mnist-1 --neighbours neighbours.png",
            "minigan evaluate r1-stacked-mnist-1 --modes",
            "minigan evaluate --samples my-samples --data my-pictures --json")
        {
            CheckpointOptions.Run, CheckpointOptions.Checkpoint, Samples, Data, DataOptions.Layout, Classifier, Random, Modes, Count, Seed,
            Neighbours, By, Json,
        };
        command.Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            bool[] sources = [Given(CheckpointOptions.Checkpoint), Given(Samples), result.GetValue(CheckpointOptions.Run) is not null];
            if (sources.Count(isGiven => isGiven) > 1)
            {
                result.AddError(
                    "RUN, --checkpoint and --samples each say where the samples come from: give one of them, or none for the newest run");
            }
            else if (Given(Samples) && Given(Seed))
            {
                result.AddError("--seed is that of a generator's latent vectors: leave it out with --samples");
            }
            else if (Given(Classifier) && Given(Random))
            {
                result.AddError("--classifier and --random-features both say what to compare in: give one of them");
            }
            else if (Given(By) && !Given(Neighbours))
            {
                result.AddError("--neighbours-by goes with --neighbours: give both, or leave it out");
            }
            else if (Given(Modes) && (Given(Random) || Given(Neighbours)))
            {
                result.AddError("--modes counts kinds and nothing else: leave --random-features and --neighbours out");
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
        bool json = parsed.GetValue(Json);
        int? wanted = parsed.GetValue(Count);
        ImageLayout? layout = parsed.GetValue(DataOptions.Layout);
        string? files = parsed.GetValue(Samples), neighbours = parsed.GetValue(Neighbours),
            checkpoint = files is null ? CheckpointOptions.PathIn(parsed) : null;
        SampleSource source = checkpoint is null
            ? SampleSource.OfFiles(files!, wanted, layout, json, cancelled)
            : SampleSource.OfCheckpoint(checkpoint, parsed.GetValue(Seed) ?? 1);
        (DataFolder folder, ImageSettings settings) = RealImages.Of(parsed.GetValue(Data), layout, checkpoint, source.Image);
        if (parsed.GetValue(Modes))
        {
            ModesResult modes = ModesResult.Measure(
                source, folder, settings, wanted, parsed.GetValue(Classifier), json, cancelled);
            if (json)
            {
                Console.WriteLine(modes.ToJson());
            }

            foreach (string line in json ? [] : modes.ToLines())
            {
                CommandLine.Print(line);
            }

            return CommandLine.Success;
        }

        var data = EvaluationData.Load(folder, settings, json, cancelled);
        int count = source.Count ?? wanted ?? data.Baseline.Count;
        Func<int, Tensor> samplesInOrder = source.OpenFor(data.Baseline);
        if (neighbours is not null)
        {
            OutputFile.CheckWritable("--neighbours", neighbours);
        }

        if (data.Note is string note && !json)
        {
            CommandLine.Print(note);
        }

        // As many on both sides, since the distance falls with the number of pictures.
        ImageDataset baseline = EvaluationData.Some(data.Baseline, count);
        Yardstick? yardstick = null;
        Evaluator? evaluator = null;
        EvaluationReport? real = null, samples = null;
        Progress.Run(
            data.Reference.Count + baseline.Count + count,
            progress =>
            {
                progress.Advance(0, data.ReferenceName);
                yardstick = Yardstick.For(parsed.GetValue(Classifier), parsed.GetValue(Random), data.Reference, folder);
                evaluator = new Evaluator(yardstick.Space, data.Reference);
                int done = data.Reference.Count;
                real = evaluator.Evaluate(
                    baseline.InOrder(), baseline.Count, seen => progress.Advance(done + seen, data.BaselineName),
                    baseline.HasLabels ? baseline.Labels : null);
                done += baseline.Count;
                samples = evaluator.Evaluate(
                    samplesInOrder, count, seen => progress.Advance(done + seen, "samples"),
                    source.LabelsFor(data.Baseline, count));
            },
            cancelled,
            silent: json);

        var result = new EvaluationResult(
            source.Name, data, yardstick!, evaluator!.ReferenceAccuracy, samples!, real!,
            neighbours is null
                ? null
                : Draw(neighbours, source, count, data, parsed.GetValue(By) == NeighbourKind.Features ? yardstick!.Space : null));
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

    private static NeighbourDistances Draw(string path, SampleSource source, int count, EvaluationData data, FeatureSpace? space)
    {
        Tensor First(int most) => source.OpenFor(data.Baseline)(Math.Min(most, count));
        Bitmap bitmap = NeighbourPicture.Draw(First(PicturesWithNeighbours), data.Training, space: space);
        PngWriter.Write(path, bitmap);
        ImageDataset test = EvaluationData.Some(data.Reference, PicturesWithDistances);
        return new NeighbourDistances(
            path,
            space is null ? NeighbourKind.Pixels : NeighbourKind.Features,
            NeighbourPicture.MeanNearestDistance(First(PicturesWithDistances), data.Training, space),
            data.HasTest ? NeighbourPicture.MeanNearestDistance(test.InOrder()(test.Count), data.Training, space) : null);
    }
}
