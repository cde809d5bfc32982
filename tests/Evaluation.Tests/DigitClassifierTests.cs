using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Losses;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Evaluation;

public sealed class DigitClassifierTests : IDisposable
{
    private static readonly ClassifierConfiguration Configuration = new(Epochs: 3, BatchSize: 32, LearningRate: 2e-3, Shift: 0, Seed: 5);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_learns_and_the_seed_decides_everything()
    {
        ImageDataset training = Bars.Make(640, "training"), test = Bars.Make(100, "test");
        ClassifierTrainer Train(ClassifierConfiguration configuration)
        {
            var trainer = new ClassifierTrainer(training, configuration);
            var steps = new List<int>();
            double[] losses = [.. Enumerable.Range(0, configuration.Epochs).Select(_ => trainer.TrainEpoch(steps.Add))];
            Assert.Equal(Enumerable.Repeat(Enumerable.Range(1, 20), configuration.Epochs).SelectMany(steps => steps), steps);
            Assert.True(losses[^1] < losses[0] || configuration.Epochs == 1);
            Assert.Throws<InvalidOperationException>(() => trainer.TrainEpoch());
            return trainer;
        }

        float[] Weights(ClassifierTrainer trainer)
        {
            return [.. trainer.Classifier.Network.State.SelectMany(item => item.Value.ToRowMajor())];
        }

        ClassifierTrainer trained = Train(Configuration);
        Assert.InRange(trained.Classifier.Classify(Bars.Images(test)).Accuracy(test.Labels), 0.9, 1);
        ClassifierConfiguration once = Configuration with { Epochs = 1 };
        float[] first = Weights(Train(once));
        Assert.Equal(first, Weights(Train(once)));
        Assert.NotEqual(first, Weights(Train(once with { Seed = 6 })));
        Assert.NotEqual(first, Weights(Train(once with { Shift = 1 })));
    }

    /// <summary>
    /// One line from the first step of the first epoch to the last of the last, η · (1 − t / T): no epoch begins it anew.
    /// </summary>
    [Fact]
    public void The_learning_rate_falls_over_all_epochs()
    {
        ImageDataset training = Bars.Make(96, "training");
        var trainer = new ClassifierTrainer(training, Configuration);
        var expected = new DigitClassifier(Configuration.Seed);
        var batches = new ShiftedBatches(training, Configuration.BatchSize, Configuration.Shift, Configuration.Seed);
        var optimizer = new Adam(expected.Network.Parameters);
        var loss = new SoftmaxCrossEntropy();
        for (int t = 0; t < 9; t++)
        {
            if (t % 3 == 0)
            {
                batches.Shuffle();
                trainer.TrainEpoch();
            }

            (Tensor images, ReadOnlyMemory<int> labels) = batches.Take(t % 3);
            optimizer.LearningRate = Configuration.LearningRate * (1 - (t / 9.0));
            expected.Network.ZeroGradients();
            loss.Forward(expected.Network.Forward(images), labels.Span);
            expected.Network.Backward(loss.Backward());
            optimizer.Step();
        }

        Assert.Equal(3, trainer.Epochs);
        Assert.All(
            expected.Network.State.SelectMany(item => item.Value.ToRowMajor())
                .Zip(trainer.Classifier.Network.State.SelectMany(item => item.Value.ToRowMajor())),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Features_do_not_depend_on_the_other_images_or_on_the_mode()
    {
        var classifier = new DigitClassifier(1);
        Tensor images = Values.Normal(new Shape(3, 1, 28, 28), "images"),
            last = Tensor.FromRowMajor(new Shape(1, 1, 28, 28), images.Span[(2 * 784)..]);
        Classification all = classifier.Classify(images), one = classifier.Classify(last);
        Assert.Equal(new Shape(3, 128), all.Features.Shape);
        Assert.Equal(new Shape(3, 10), all.Probabilities.Shape);
        Assert.Equal(all.Features.Span[256..].ToArray(), one.Features.ToRowMajor());
        Assert.All(all.Features.ToRowMajor(), value => Assert.True(value >= 0));
        Assert.Equal(1, all.ProbabilitiesOf(1).ToArray().Sum(), 1e-5);
        Assert.True(classifier.Network.IsTraining);
        Assert.Equal(0, classifier.Classify(new Tensor(new Shape(0, 1, 28, 28))).Count);
    }

    [Fact]
    public void What_is_not_finite_is_neither_written_nor_read_nor_believed()
    {
        using var folder = new TemporaryFolder();
        var classifier = new DigitClassifier(1);
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

    [Theory]
    [InlineData(new int[0], "none")]
    [InlineData(new int[] { 1, 26 }, "1, 26")]
    public void Labels_that_it_does_not_know_are_refused(int[] labels, string expected)
    {
        var dataset = new ImageDataset(
            new IdxImages(200, 28, 28, new byte[200 * 784]),
            labels.Length == 0 ? null : [.. Enumerable.Range(0, 200).Select(i => labels[i % labels.Length])]);
        Assert.Contains(
            expected, Assert.Throws<ArgumentException>(() => new ClassifierTrainer(dataset, ClassifierConfiguration.Default)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            expected, Assert.Throws<ArgumentException>(() => new Evaluator(new DigitClassifier(1), dataset)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Images_move_by_whole_pixels_and_keep_their_labels()
    {
        // Image i is black but for one pixel, at row 10 + i, column 14.
        byte[] pixels = new byte[8 * 784];
        for (int i = 0; i < 8; i++)
        {
            pixels[(i * 784) + ((10 + i) * 28) + 14] = 255;
        }

        var batches = new ShiftedBatches(
            new ImageDataset(new IdxImages(8, 28, 28, pixels), [.. Enumerable.Range(0, 8)]), 4, shift: 2, seed: 1);
        Assert.Equal(2, batches.PerEpoch);
        var moves = new HashSet<(int, int)>();
        for (int epoch = 0; epoch < 40; epoch++)
        {
            batches.Shuffle();
            List<int> seen = [];
            for (int number = 0; number < 2; number++)
            {
                (Tensor images, ReadOnlyMemory<int> memory) = batches.Take(number);
                int[] labels = memory.ToArray();
                for (int n = 0; n < 4; n++)
                {
                    float[] image = images.Span.Slice(n * 784, 784).ToArray();
                    int at = Array.IndexOf(image, 1f);
                    Assert.Equal(783, image.Count(value => value == -1));
                    moves.Add(((at / 28) - 10 - labels[n], (at % 28) - 14));
                    seen.Add(labels[n]);
                }
            }

            Assert.Equal(Enumerable.Range(0, 8), seen.Order());
        }

        Assert.Equal(25, moves.Count);
        Assert.All(moves, move => Assert.True(Math.Abs(move.Item1) <= 2 && Math.Abs(move.Item2) <= 2));
    }

    [Fact]
    public void What_moves_out_of_the_image_is_gone()
    {
        byte[] white = [.. Enumerable.Repeat((byte)255, 5 * 784)];
        var batches = new ShiftedBatches(new ImageDataset(new IdxImages(5, 28, 28, white), new int[5]), 5, shift: 27, seed: 1);
        Tensor images = batches.Take(0).Images;
        for (int n = 0; n < 5; n++)
        {
            int[] bright = [.. Enumerable.Range(0, 784).Where(i => images.Span[(n * 784) + i] == 1)];
            int rows = bright.Max(i => i / 28) - bright.Min(i => i / 28) + 1,
                columns = bright.Max(i => i % 28) - bright.Min(i => i % 28) + 1;
            Assert.Equal(rows * columns, bright.Length);

            // What is left of a white image touches the corner that it moved towards.
            Assert.True(
                (bright[0] / 28 == 0 || bright[^1] / 28 == 27) && (bright[0] % 28 == 0 || bright[^1] % 28 == 27),
                $"rows {bright[0] / 28} to {bright[^1] / 28}, columns {bright[0] % 28} to {bright[^1] % 28}");
        }
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
    public void A_file_of_something_else_is_refused(string what)
    {
        new ClassifierCheckpoint(new DigitClassifier(1), Configuration, 0.5).Save(folder["good"]);
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
            default: metadata["configuration"] = "three epochs"; break;
        }

        SafetensorsWriter.Write(folder["bad"], new SafetensorsFile(tensors, metadata));
        Assert.StartsWith(
            folder["bad"], Assert.Throws<MalformedFileException>(() => ClassifierCheckpoint.Load(folder["bad"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        ImageDataset training = Bars.Make(40, "training");
        Assert.Throws<ArgumentException>(() => new DigitClassifier(1).Classify(new Tensor(new Shape(1, 1, 28, 27))));
        Assert.Throws<ArgumentNullException>(() => new DigitClassifier(1).Classify(null!));
        Assert.Throws<ArgumentNullException>(() => new ClassifierTrainer(null!, Configuration));
        Assert.Throws<ArgumentNullException>(() => new ClassifierTrainer(training, null!));
        Assert.Throws<ArgumentException>(() => new ClassifierTrainer(training, Configuration with { BatchSize = 41 }));
        Assert.Throws<ArgumentException>(() => new ClassifierTrainer(training, Configuration with { Epochs = 0 }));
        Assert.Throws<ArgumentException>(() => new ClassifierTrainer(training, Configuration with { LearningRate = double.NaN }));
        Assert.Throws<ArgumentException>(() => new ClassifierTrainer(training, Configuration with { Shift = 28 }));
        Assert.Throws<ArgumentException>(() =>
            new ClassifierTrainer(new ImageDataset(new IdxImages(40, 27, 28, new byte[40 * 27 * 28]), new int[40]), Configuration));
    }
}
