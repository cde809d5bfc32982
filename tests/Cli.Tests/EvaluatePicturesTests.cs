using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli;

/// <summary><c>evaluate</c>, <c>train-classifier</c> and <c>train --evaluate-every</c> on pictures of any shape.</summary>
public sealed class EvaluatePicturesTests : IDisposable
{
    private readonly EvaluationFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Colour, not square, no labels: the checkpoint's run knows its data, and the features are random.</summary>
    [Fact]
    public void A_run_on_own_pictures_is_measured_in_random_features()
    {
        folder.WritePictures("pets", 40, 12, 18);
        MiniGanProcess.Result result = Run(
            "train", "--data", "pets", "--size", "9x14", "--width", "1", "--steps", "4", "--evaluate-every", "2", "--out", "run");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(
            "--evaluate-every compares pictures in random features, since these images have no labels", result.Output,
            StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(folder["run/evaluation.csv"]);
        Assert.Equal("step,frechet_distance,classifier_score,confident_share,precision,recall,real_frechet_distance", lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.Equal(("NaN", "NaN"), (lines[2].Split(',')[2], lines[2].Split(',')[3]));
        Assert.Equal(0, Run("report", "run").ExitCode);

        result = Run("evaluate", "--checkpoint", "run/checkpoint.safetensors", "--neighbours", "n.png", "--neighbours-by", "features");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(
            (string[])["20 samples of run/checkpoint.safetensors", "20 images of pets, half of them", "112 random ones, since these images",
                "precision", "recall", "in these features. Look at n.png"],
            part => Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("classifier score", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("get-mnist", result.Output, StringComparison.Ordinal);

        // The last line of the log tells of the same networks.
        JsonNode json = Json("--checkpoint", "run/checkpoint.safetensors");
        Assert.Equal(("random", null), ((string?)json["features"], json["samples"]!["classifier_score"]));
        Assert.Equal(double.Parse(lines[2].Split(',')[1]), (double)json["samples"]!["frechet_distance"]!, 1e-3);
        string kept = Directory.GetFiles(folder["run/checkpoints"]).Order().Last();
        Assert.Equal(
            (double)json["samples"]!["frechet_distance"]!, (double)Json("--checkpoint", kept)["samples"]!["frechet_distance"]!);

        Directory.Move(folder["pets"], folder["moved"]);
        result = Run("evaluate", "--checkpoint", "run/checkpoint.safetensors");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--checkpoint: the run's data are no longer in", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            (double)json["samples"]!["frechet_distance"]!,
            (double)Json("--checkpoint", kept, "--data", "moved")["samples"]!["frechet_distance"]!);
    }

    /// <summary>A folder against itself; fewer of it are some of all, not the first.</summary>
    [Fact]
    public void Samples_may_be_a_folder_of_pictures()
    {
        folder.WritePictures("made/a", 20, 10, 10);
        folder.WritePictures("made/b", 20, 10, 10, label: 1);
        JsonNode json = Json("--samples", "made", "--data", "made", "--count", "20");
        Assert.Equal(("random", 20, 20), (
            (string?)json["features"], (int)json["samples"]!["count"]!, (int)json["baseline"]!["count"]!));
        Assert.InRange((double)json["samples"]!["precision"]!, 0.5, 1);
        Assert.InRange((double)json["samples"]!["recall"]!, 0.5, 1); // the first 20 are all dark
        JsonNode dark = Json("--samples", "made/a", "--data", "made");
        Assert.True((double)dark["samples"]!["recall"]! < (double)json["samples"]!["recall"]!);
    }

    [Fact]
    public void A_classifier_of_own_pictures_tells_of_their_labels_by_name()
    {
        folder.WritePictures("pets/cat", 90, 12, 16);
        folder.WritePictures("pets/dog", 90, 12, 16, label: 1);
        MiniGanProcess.Result result = Run(
            "train-classifier", "--data", "pets", "--size", "10", "--epochs", "20", "--out", "pets.classifier");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("pets has no test images: a tenth of each label's images", result.Output, StringComparison.Ordinal);
        Assert.Contains("of 18 test images are classified right", result.Output, StringComparison.Ordinal);
        ClassifierCheckpoint made = ClassifierCheckpoint.Load(folder["pets.classifier"]);
        Assert.Equal((new ImageShape(3, 10, 10), LabelSet.Plain(2)), (made.Classifier.ImageShape, made.Classifier.Labels));
        Assert.InRange(made.TestAccuracy, 0.9, 1);

        result = Run(
            "train", "--data", "pets", "--size", "10", "--width", "1", "--steps", "2", "--evaluate-every", "2", "--classifier",
            "pets.classifier", "--out", "run", "--tensorboard");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string events = Assert.Single(Directory.GetFiles(folder["run"], "events*"));
        JsonNode samples = Json("--checkpoint", "run/checkpoint.safetensors", "--classifier", "pets.classifier")["samples"]!;
        Assert.Contains((2, "evaluation/label-accuracy", (float)samples["label_accuracy"]!), TensorBoardTests.Scalars(events));
        Assert.DoesNotContain("NaN", File.ReadAllText(folder["run/evaluation.csv"]), StringComparison.Ordinal);
        result = Run("evaluate", "--checkpoint", "run/checkpoint.safetensors", "--classifier", "pets.classifier");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All((string[])["of which the classifier gets", "high, up to 2", "cat ", "dog "], part =>
            Assert.Contains(part, result.Output, StringComparison.Ordinal));

        // The classifier of digits does not know them, and says what would.
        result = Run("evaluate", "--checkpoint", "run/checkpoint.safetensors");
        Assert.Contains("train-classifier --data ", result.Output, StringComparison.Ordinal);
        Assert.Contains(" --size 10x10 --channels 3 --out FILE, then --classifier FILE", result.Output, StringComparison.Ordinal);
        Assert.Equal("random", (string?)Json("--checkpoint", "run/checkpoint.safetensors", "--random-features")["features"]);
    }

    /// <summary>Grey 28×28 images with labels 0 to 9 that are no digits, or none that the classifier agrees with.</summary>
    [Fact]
    public void Where_the_classifier_of_digits_is_wrong_features_are_random()
    {
        folder.WriteData("mislabelled", training: 20, test: 20, label => (byte)((label + 1) % 10));
        IdxFile.WriteImages(folder["samples"], EvaluationFolder.Pick(600, 20).Images);
        MiniGanProcess.Result result = Run("evaluate", "--samples", "samples", "--data", "mislabelled");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("since the classifier of digits does not know these images", result.Output, StringComparison.Ordinal);
        Assert.Contains("--data mislabelled --out FILE", result.Output, StringComparison.Ordinal);
        folder.WriteData("right", training: 20, test: 20);
        Assert.Equal("classifier", (string?)Json("--samples", "samples", "--data", "right")["features"]);
        File.Delete(folder["right/t10k-labels-idx1-ubyte"]);
        Assert.Equal("random", (string?)Json("--samples", "samples", "--data", "right")["features"]);
    }

    /// <summary>Sets of three digits each; the samples are those of the first 30 pictures, thrice.</summary>
    [Fact]
    public void Modes_of_stacked_digits_are_counted()
    {
        WriteStacked("stacked/train-images-idx3-ubyte", 200, i => i);
        WriteStacked("samples.idx3-ubyte", 90, i => i % 30);
        MiniGanProcess.Result result = Run("evaluate", "--samples", "samples.idx3-ubyte", "--data", "stacked", "--modes");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonNode json = Json("--samples", "samples.idx3-ubyte", "--data", "stacked", "--modes");
        int kinds = Enumerable.Range(0, 30).Select(KindOf).Distinct().Count();
        Assert.Equal(
            (90, kinds, 1000, 90, 200), (
            (int)json["samples"]!["count"]!, (int)json["samples"]!["modes"]!, (int)json["samples"]!["possible_modes"]!,
            (int)json["baseline"]!["count"]!, (int)json["reference_count"]!));
        double Share(Func<int, int> of, int count, string kind) =>
            Enumerable.Range(0, count).Count(i => KindOf(of(i)) == kind) / (double)count;
        double expected = Enumerable.Range(0, 30).Select(KindOf).Distinct().Sum(kind =>
            Share(i => i % 30, 90, kind) * Math.Log(Share(i => i % 30, 90, kind) / Share(i => i, 200, kind)));
        Assert.Equal(expected, (double)json["samples"]!["kl_divergence"]!, 1e-9);
        Assert.Equal(
            [$"Samples:   {kinds} of 1,000 kinds in 90 images of samples.idx3-ubyte, KL {expected:F3}"],
            result.Output.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("Samples", StringComparison.Ordinal)));
        Assert.Contains("from those of all 200 real images", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The digits that the classifier that ships gets right; number i of a stack is of three of them.</summary>
    private static readonly Lazy<(byte[][] Images, int[] Labels)> Sure = new(() =>
    {
        ImageClassifier classifier =
            ClassifierCheckpoint.Load(Path.Combine(AppContext.BaseDirectory, "classifier", "mnist.safetensors")).Classifier;
        (IdxImages images, int[] labels) = EvaluationFolder.Pick(0, 700);
        Classification seen = classifier.Classify(new ImageDataset(images).InOrder()(700));
        int[] right = [.. Enumerable.Range(0, 700).Where(i => seen.ClassOf(i) == labels[i]).Take(600)];
        return ([.. right.Select(i => images.Pixels[(i * 784)..((i + 1) * 784)])], [.. right.Select(i => labels[i])]);
    });

    private static string KindOf(int i) => string.Concat(Enumerable.Range(0, 3).Select(c => Sure.Value.Labels[(3 * i) + c]));

    private void WriteStacked(string name, int count, Func<int, int> of)
    {
        byte[] pixels = new byte[count * 784 * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Sure.Value.Images[(3 * of(i / (784 * 3))) + (i % 3)][i / 3 % 784];
        }

        IdxFile.WriteImages(folder[name], new IdxImages(count, new ImageShape(3, 28, 28), pixels));
    }

    private MiniGanProcess.Result Run(params string[] arguments) => MiniGanProcess.Run(folder.Path, arguments);

    private JsonNode Json(params string[] arguments)
    {
        MiniGanProcess.Result result = Run(["evaluate", .. arguments, "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonNode.Parse(result.Output)!;
    }
}
