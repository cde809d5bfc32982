using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Tensors;
using MiniGan.Tests.Files;

namespace MiniGan.Tests.Evaluation;

public sealed class ClassifierFileTests : IDisposable
{
    private static readonly ClassifierConfiguration Configuration = new(Epochs: 3, BatchSize: 32, LearningRate: 2e-3, Shift: 0, Seed: 5);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_no_ordinary_file_is_refused_before_it_is_opened() =>
        UnusualFiles.AssertRefused(folder["classifier"], path => ClassifierCheckpoint.Load(path));

    [Fact]
    public void What_is_not_finite_is_neither_written_nor_read_nor_believed()
    {
        var classifier = Bars.Classifier();
        new ClassifierCheckpoint(classifier, ClassifierConfiguration.Default, 1).Save(folder["good"]);
        byte[] good = File.ReadAllBytes(folder["good"]);
        SafetensorsFile file = SafetensorsReader.Read(folder["good"]);
        file.Tensors.Single(item => item.Name == "head.0.bias").Value.Span[3] = float.NaN;
        SafetensorsWriter.Write(folder["bad"], file);
        Assert.Contains(
            "'head.0.bias' holds NaN", Assert.Throws<MalformedFileException>(() => ClassifierCheckpoint.Load(folder["bad"])).Message,
            StringComparison.Ordinal);

        Tensor bias = classifier.Head.State.Single(item => item.Name == "0.bias").Value;
        bias.Span[3] = float.PositiveInfinity;
        Assert.Throws<NotFiniteNumberException>(() =>
            new ClassifierCheckpoint(classifier, ClassifierConfiguration.Default, 1).Save(folder["good"]));
        Assert.Equal(good, File.ReadAllBytes(folder["good"]));
        bias.Span[3] = 0;

        // Finite, but what comes out is not.
        classifier.Features.State.Single(item => item.Name == "0.weight").Value.Span.Fill(3e38f);
        Assert.Throws<NotFiniteNumberException>(() => classifier.Classify(Values.Normal(new Shape(1, 1, 28, 28), "images")));
    }

    /// <summary>What earlier versions wrote says neither image nor labels: it is of digits.</summary>
    [Fact]
    public void A_file_of_an_earlier_version_is_read()
    {
        new ClassifierCheckpoint(Bars.Classifier(), Configuration, 0.5).Save(folder["new"]);
        SafetensorsFile file = SafetensorsReader.Read(folder["new"]);
        SafetensorsWriter.Write(folder["old"], new SafetensorsFile(
            file.Tensors, file.Metadata.Where(item => item.Key is not ("image" or "labels")).ToDictionary()));
        ImageClassifier read = ClassifierCheckpoint.Load(folder["old"]).Classifier;
        Assert.Equal((new ImageShape(1, 28, 28), LabelSet.Plain(10)), (read.ImageShape, read.Labels));
    }

    [Fact]
    public void It_comes_back_from_a_file_and_sees_the_same()
    {
        var trainer = new ClassifierTrainer(Bars.Make(64, "training"), Configuration);
        trainer.TrainEpoch();
        Tensor images = Values.Normal(new Shape(2, 1, 28, 28), "images");
        new ClassifierCheckpoint(trainer.Classifier, Configuration, 0.5).Save(folder["file"]);
        ClassifierCheckpoint read = ClassifierCheckpoint.Load(folder["file"]);
        Assert.Equal((Configuration, 0.5), (read.Configuration, read.TestAccuracy));
        Classification before = trainer.Classifier.Classify(images), after = read.Classifier.Classify(images);
        Assert.Equal(before.Features.ToRowMajor(), after.Features.ToRowMajor());
        Assert.Equal(before.Probabilities.ToRowMajor(), after.Probabilities.ToRowMajor());
    }

    [Theory]
    [InlineData("a tensor less")]
    [InlineData("a tensor more")]
    [InlineData("another shape")]
    [InlineData("no metadata")]
    [InlineData("a GAN")]
    [InlineData("no accuracy")]
    [InlineData("an accuracy beyond 1")]
    [InlineData("no epochs")]
    [InlineData("a field less")]
    [InlineData("no JSON")]
    [InlineData("no shape")]
    [InlineData("a high image")]
    [InlineData("a wide image")]
    [InlineData("a million labels")]
    [InlineData("labels that are none")]
    [InlineData("another image")]
    public void A_file_of_something_else_is_refused(string what)
    {
        new ClassifierCheckpoint(Bars.Classifier(), Configuration, 0.5).Save(folder["good"]);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        List<NamedTensor> tensors = [.. good.Tensors];
        Dictionary<string, string> metadata = new(good.Metadata);
        string json = metadata["configuration"];
        switch (what)
        {
            case "a tensor less": tensors.RemoveAt(3); break;
            case "a tensor more": tensors.Add(new("head.1.weight", new Tensor(new Shape(1)))); break;
            case "another shape": tensors[0] = tensors[0] with { Value = new Tensor(new Shape(32, 1, 3, 3)) }; break;
            case "no metadata": metadata.Clear(); break;
            case "a GAN": metadata["format"] = "minigan-gan/1"; break;
            case "no accuracy": metadata["test_accuracy"] = "good"; break;
            case "an accuracy beyond 1": metadata["test_accuracy"] = "99.2"; break;
            case "no epochs": metadata["configuration"] = json.Replace("\"epochs\":3", "\"epochs\":0", StringComparison.Ordinal); break;
            case "a field less": metadata["configuration"] = json.Replace("\"epochs\":3,", "", StringComparison.Ordinal); break;
            case "no shape": metadata["image"] = "[1"; break;
            case "a high image": metadata["image"] = "{\"Channels\":1,\"Height\":1000000,\"Width\":4}"; break;
            case "a wide image": metadata["image"] = "{\"Channels\":1,\"Height\":4,\"Width\":1000000}"; break;
            case "a million labels": metadata["labels"] = $"[{string.Join(',', Enumerable.Range(0, 1_000_000))}]"; break;
            case "labels that are none": metadata["labels"] = "null"; break;
            case "another image": metadata["image"] = "{\"Channels\":1,\"Height\":28,\"Width\":40}"; break;
            default: metadata["configuration"] = "three epochs"; break;
        }

        SafetensorsWriter.Write(folder["bad"], new SafetensorsFile(tensors, metadata));
        string message = Assert.Throws<MalformedFileException>(() => ClassifierCheckpoint.Load(folder["bad"])).Message;
        Assert.StartsWith(folder["bad"], message, StringComparison.Ordinal);

        // Before anything is allocated for it.
        Assert.Contains(
            what switch
            {
                "a high image" or "a wide image" => "sides of 1 to 1024 pixels",
                "a million labels" => "at most 65536 are taken",
                _ => "",
            },
            message,
            StringComparison.Ordinal);
    }
}
