using System.Buffers.Binary;
using System.Text.Json.Nodes;
using MiniGan.Cli.Evaluate;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary><c>evaluate</c> and <c>train-classifier</c> on a few of the digits that ship with the program.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly EvaluationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Real_digits_are_as_good_as_the_baseline()
    {
        folder.WriteData("data/mnist", training: 400, test: 200);
        IdxFile.WriteImages(folder["samples.idx3-ubyte"], EvaluationFolder.Pick(600, 150).Images);
        MiniGanProcess.Result result = Evaluate("--samples", "samples.idx3-ubyte", "--neighbours", "out/neighbours.png");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(
            (string[])["150 images of samples.idx3-ubyte", "150 training images of mnist", "200 test images of mnist", "Fréchet distance",
                "classifier score", "precision", "recall", "█", "(test images: ", "out/neighbours.png"],
            part => Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.Matches(@"label accuracy +- +\d+\.\d % ", result.Output); // nobody says what these samples are to show
        Assert.DoesNotMatch("class +samples +real +accuracy", result.Output);
        byte[] png = File.ReadAllBytes(folder["out/neighbours.png"]);
        Assert.Equal(
            (868, 604), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));

        JsonNode json = Json("--samples", "samples.idx3-ubyte", "--count", "100");
        Assert.Equal(
            (100, 100, 200), ((int)json["samples"]!["count"]!, (int)json["baseline"]!["count"]!, (int)json["reference"]!["count"]!));
        Assert.InRange((double)json["reference"]!["classifier_accuracy"]!, 0.95, 1);
        Assert.InRange((double)json["samples"]!["frechet_distance"]!, 0.01, 3 * (double)json["baseline"]!["frechet_distance"]!);
        Assert.InRange((double)json["samples"]!["classifier_score"]!, 8, 10);
        Assert.InRange((double)json["samples"]!["confident_share"]!, 0.9, 1);
        Assert.InRange((double)json["samples"]!["precision"]!, 0.5, 1);
        Assert.InRange((double)json["samples"]!["recall"]!, 0.5, 1);
        Assert.Equal(1, json["samples"]!["class_shares"]!.AsArray().Sum(share => (double)share!), 1e-9);
        Assert.Null(json["nearest_training_image"]);
        Assert.Null(json["samples"]!["label_accuracy"]); // nobody says what these samples are to show
        Assert.InRange((double)json["baseline"]!["label_accuracy"]!, 0.95, 1);
    }

    [Theory]
    [InlineData("samples.idx3-ubyte")]
    [InlineData("samples.npy")]
    public void A_generator_is_measured_as_its_samples_are(string samples)
    {
        folder.WriteData("data/mnist", training: 64, test: 64);
        folder.WriteCheckpoint();
        Assert.Equal(
            0,
            MiniGanProcess.Run(
                folder.Path, "generate", "--checkpoint", "gan", "--seed", "4", "--count", "30", "--out", samples).ExitCode);
        JsonNode made = Json("--checkpoint", "gan", "--seed", "4", "--count", "30", "--neighbours", "n.png"),
            read = Json("--samples", samples, "--neighbours", "n.png");
        Assert.Equal(
            (double)made["nearest_training_image"]!["mean_distance_of_samples"]!,
            (double)read["nearest_training_image"]!["mean_distance_of_samples"]!, 0.1);
        Assert.True((double)made["nearest_training_image"]!["mean_distance_of_test_images"]! > 1);
        foreach (JsonNode json in (JsonNode[])[made, read])
        {
            json["samples"]!["name"] = null;
            json["nearest_training_image"] = null;
        }

        Assert.Equal(read.ToJsonString(), made.ToJsonString());
        Assert.NotEqual(
            (double)made["samples"]!["frechet_distance"]!,
            (double)Json("--checkpoint", "gan", "--count", "30")["samples"]!["frechet_distance"]!);
    }

    /// <summary>All real images of this data are 1s; so are the pictures that are measured.</summary>
    [Fact]
    public void Conditional_networks_are_given_the_labels_of_real_images()
    {
        folder.WriteData("data/mnist", training: 64, test: 64);
        IdxFile.WriteLabels(folder["data/mnist/train-labels-idx1-ubyte"], [.. Enumerable.Repeat((byte)1, 64)]);
        var configuration = Recipe.For(Preset.Conditional, width: 2);
        GanCheckpoint.Save(folder["gan"], configuration.CreateGan(), metadata: configuration.Metadata);
        double OfDigit(string digit)
        {
            Assert.Equal(
                0,
                MiniGanProcess.Run(
                    folder.Path, "generate", "--checkpoint", "gan", "--digit", digit, "--count", "30", "--out", "x.idx3-ubyte").ExitCode);
            return (double)Json("--samples", "x.idx3-ubyte")["samples"]!["frechet_distance"]!;
        }

        JsonNode figures = Json("--checkpoint", "gan", "--count", "30")["samples"]!;
        double measured = (double)figures["frechet_distance"]!;
        Assert.Equal(OfDigit("1"), measured);
        Assert.NotEqual(OfDigit("2"), measured);
        double accuracy = (double)figures["class_shares"]![1]!; // all are to show a 1
        Assert.Equal(accuracy, (double)figures["label_accuracy"]!);
        Assert.Equal(
            [null, accuracy, null, null, null, null, null, null, null, null],
            figures["label_accuracies"]!.AsArray().Select(share => (double?)share));
        string table = Evaluate("--checkpoint", "gan", "--count", "30").Output;
        Assert.Matches(@"label accuracy +\d+\.\d % +\d+\.\d % ", table);
        Assert.Matches(@"class +samples +real +accuracy", table);
        Assert.Matches(@"\n +2 +\d+\.\d % +\d+\.\d % +- ", table);

        configuration = configuration with { Classes = 3 };
        GanCheckpoint.Save(folder["gan"], configuration.CreateGan(), metadata: configuration.Metadata);
        IdxFile.WriteLabels(folder["data/mnist/train-labels-idx1-ubyte"], [.. Enumerable.Repeat((byte)3, 64)]);
        MiniGanProcess.Result refused = MiniGanProcess.Run(folder.Path, "evaluate", "--checkpoint", "gan");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--data: the generator knows the labels 0 to 2", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>Eight real images, thirty samples: labels go round, and each is that of the picture that was made for it.</summary>
    [Fact]
    public void Labels_and_pictures_keep_step()
    {
        int[] real = [7, 1, 1, 4, 9, 0, 3, 3];
        folder.WriteData("data/mnist", training: 8, test: 64);
        IdxFile.WriteLabels(folder["data/mnist/train-labels-idx1-ubyte"], [.. real.Select(label => (byte)label)]);
        var configuration = Recipe.For(Preset.Conditional, width: 2);
        GanCheckpoint.Save(folder["gan"], configuration.CreateGan(), metadata: configuration.Metadata);
        SampleSource source = SampleSource.OfCheckpoint(folder["gan"], seed: 5);
        var dataset = ImageDataset.LoadTraining(folder["data/mnist"]);
        IReadOnlyList<int> labels = Assert.IsType<IReadOnlyList<int>>(source.LabelsFor(dataset, 30), exactMatch: false);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => real[i % 8]), labels);
        Gan gan = Recipe.LoadGan(folder["gan"]);
        Tensor z = gan.Latents(30, new RandomSource(5, "generate"));
        Assert.Equal(gan.Generate(z, [.. labels]).ToRowMajor(), source.OpenFor(dataset)(30).ToRowMajor());

        JsonNode figures = Json("--checkpoint", "gan", "--count", "30")["samples"]!;
        Assert.Equal(
            [0, 1, 3, 4, 7, 9],
            figures["label_accuracies"]!.AsArray().Select((share, label) => (share, label)).Where(pair => pair.share is not null)
                .Select(pair => pair.label));
    }

    [Fact]
    public void Without_test_images_the_training_images_are_halved_and_that_is_said()
    {
        folder.WriteCheckpoint();
        MiniGanProcess.Result result = Evaluate("--checkpoint", "gan", "--count", "50", "--neighbours", "n.png");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(
            (string[])["mnist-subset has no test images", "get-mnist.cs", "50 images of the other half of mnist-subset",
                "3,000 images of mnist-subset, half of them"],
            part => Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("(test images: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_is_trained_to_the_same_bytes_and_taken()
    {
        folder.WriteData("digits", training: 256, test: 100);
        string[] train = ["train-classifier", "--data", "digits", "--epochs", "3", "--out"];
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, [.. train, "new/a"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All((string[])["256 images of digits", "epoch 1/3", "epoch 3/3", "test accuracy", "100 test images"], part =>
            Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.Equal(0, MiniGanProcess.Run(folder.Path, [.. train, "b"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["new/a"]), File.ReadAllBytes(folder["b"]));
        Assert.Equal(["a"], Directory.GetFiles(folder["new"]).Select(Path.GetFileName));
        ClassifierCheckpoint checkpoint = ClassifierCheckpoint.Load(folder["b"]);
        Assert.Equal(ClassifierConfiguration.Default with { Epochs = 3 }, checkpoint.Configuration);

        // Such a quick one is not to be trusted, and evaluate measures that.
        IdxFile.WriteImages(folder["samples"], EvaluationFolder.Pick(600, 20).Images);
        result = Evaluate("--samples", "samples", "--data", "digits", "--classifier", "b", "--json");
        bool guesses = (checkpoint.TestAccuracy - 0.1) / 0.9 < 0.25;
        Assert.Equal(guesses ? 2 : 0, result.ExitCode);
        Assert.Contains(
            guesses ? "means nothing" : $"\"classifier_accuracy\": {checkpoint.TestAccuracy}",
            result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_classifier_that_ships_is_the_one_that_its_README_tells_of()
    {
        ClassifierCheckpoint shipped = ClassifierCheckpoint.Load(Path.Combine(AppContext.BaseDirectory, "classifier", "mnist.safetensors"));
        string readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "classifier", "README.md"));
        Assert.InRange(shipped.TestAccuracy, 0.992, 1);
        Assert.Equal(ClassifierConfiguration.Default, shipped.Configuration);
        Assert.Contains(FormattableString.Invariant($"{100 * shipped.TestAccuracy:F2} %"), readme, StringComparison.Ordinal);
        Assert.Contains(
            FormattableString.Invariant($"{shipped.Classifier.Network.ParameterCount:N0} parameters"), readme, StringComparison.Ordinal);

        // It learned from these among others, so they show that it works, not how well.
        (IdxImages images, int[] labels) = EvaluationFolder.Pick(0, 1000);
        var all = new Tensor(new Shape(1000, 1, 28, 28));
        new ImageDataset(images, labels).CopyTo([.. Enumerable.Range(0, 1000)], all);
        Assert.InRange(shipped.Classifier.Classify(all).Accuracy(labels), 0.99, 1);
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("train-classifier")]
    public void Help_ends_with_an_example(string command)
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, command, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith($"minigan {command}", result.Output.TrimEnd().Split('\n')[^1].Trim(), StringComparison.Ordinal);
    }

    private MiniGanProcess.Result Evaluate(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["evaluate", .. arguments]);

    private JsonNode Json(params string[] arguments)
    {
        MiniGanProcess.Result result = Evaluate([.. arguments, "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonNode.Parse(result.Output)!;
    }
}
