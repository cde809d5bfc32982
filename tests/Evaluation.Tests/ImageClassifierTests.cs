using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Losses;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Evaluation;

public sealed class ImageClassifierTests : IDisposable
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
        var expected = new ImageClassifier(new(1, 28, 28), LabelSet.Plain(10), Configuration.Seed);
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
        var classifier = Bars.Classifier();
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
    public void Labels_that_it_does_not_know_are_refused()
    {
        int[] labels = [.. Enumerable.Range(0, 200).Select(i => 1 + (25 * (i % 2)))];
        var odd = new ImageDataset(new IdxImages(200, 28, 28, new byte[200 * 784]), labels);
        Assert.Contains(
            "1, 26", Assert.Throws<ArgumentException>(() => new Evaluator(Bars.Classifier(), odd)).Message, StringComparison.Ordinal);
        Assert.Equal("The classifier needs labels, but the images have none.", Bars.Classifier().ObstacleIn(Bars.Unlabelled(4)));
        Assert.Contains("no", Assert.Throws<ArgumentException>(() =>
            new ClassifierTrainer(Bars.Unlabelled(200), ClassifierConfiguration.Default)).Message, StringComparison.Ordinal);
        Assert.Contains("only 7", Assert.Throws<ArgumentException>(() => new ImageClassifier(new(1, 28, 28), new LabelSet([7]), 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains("none", Assert.Throws<ArgumentException>(() => new ImageClassifier(new(1, 28, 28), LabelSet.Plain(0), 1)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Colour, sizes odd and even, equal and not, and labels that are not 0, 1, 2, ….</summary>
    [Theory]
    [InlineData(3, 9, 14, new int[] { 3, 40 })]
    [InlineData(1, 8, 8, new int[] { 0, 1, 2 })]
    [InlineData(3, 33, 17, new int[] { 1, 2 })]
    public void Images_of_any_size_and_any_labels_are_learned_and_come_back(int channels, int height, int width, int[] labels)
    {
        var image = new ImageShape(channels, height, width);
        byte[] pixels = new byte[64 * image.Count];
        for (int i = 0; i < 64; i++)
        {
            // The label is how bright the image is.
            pixels.AsSpan(i * image.Count, image.Count).Fill((byte)(40 + (80 * (i % labels.Length)) + (i / 8)));
        }

        var dataset = new ImageDataset(
            new IdxImages(64, image, pixels), [.. Enumerable.Range(0, 64).Select(i => labels[i % labels.Length])]);
        var trainer = new ClassifierTrainer(dataset, Configuration with { BatchSize = 16, Epochs = 20, Shift = 1 });
        for (int epoch = 0; epoch < 20; epoch++)
        {
            trainer.TrainEpoch();
        }

        ImageClassifier classifier = trainer.Classifier;
        Assert.Equal((image, new LabelSet(labels), 128), (classifier.ImageShape, classifier.Labels, classifier.FeatureCount));
        Assert.InRange(classifier.AccuracyOn(dataset), 0.95, 1);
        Assert.Null(classifier.ObstacleIn(dataset));
        new ClassifierCheckpoint(classifier, Configuration, 1).Save(folder["file"]);
        ImageClassifier read = ClassifierCheckpoint.Load(folder["file"]).Classifier;
        Assert.Equal((image, classifier.Labels), (read.ImageShape, read.Labels));
        Tensor all = dataset.InOrder()(64);
        Assert.Equal(classifier.Classify(all).Probabilities.ToRowMajor(), read.Classify(all).Probabilities.ToRowMajor());
        var evaluator = new Evaluator(read, dataset);
        Assert.Equal(classifier.AccuracyOn(dataset), evaluator.ReferenceAccuracy);
        Assert.Equal(labels.Length, evaluator.Evaluate(dataset.InOrder(), 64).Classes!.Shares.Count);
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
    public void Bad_input_is_refused()
    {
        ImageDataset training = Bars.Make(40, "training");
        Assert.Throws<ArgumentException>(() => Bars.Classifier().Classify(new Tensor(new Shape(1, 1, 28, 27))));
        Assert.Throws<ArgumentNullException>(() => Bars.Classifier().Classify(null!));
        Assert.Throws<ArgumentNullException>(() => new ClassifierTrainer(null!, Configuration));
        Assert.Throws<ArgumentNullException>(() => new ClassifierTrainer(training, null!));
        Assert.Throws<ArgumentException>(() => new ClassifierTrainer(training, Configuration with { BatchSize = 41 }));
        Assert.Throws<ArgumentException>(() => new ClassifierTrainer(training, Configuration with { Epochs = 0 }));
        Assert.Throws<ArgumentException>(() => new ClassifierTrainer(training, Configuration with { LearningRate = double.NaN }));
        Assert.Throws<ArgumentException>(() => new ClassifierTrainer(training, Configuration with { Shift = 28 }));
        Assert.Throws<ArgumentNullException>(() => new ImageClassifier(new(1, 28, 28), null!, 1));
        Assert.Throws<ArgumentNullException>(() => Bars.Classifier().ObstacleIn(null!));
        Assert.Throws<ArgumentNullException>(() => Bars.Classifier().AccuracyOn(null!));
        Assert.Throws<ArgumentException>(() => Bars.Classifier().AccuracyOn(Bars.Unlabelled(4)));
        Assert.Throws<ArgumentException>(() => Bars.Classifier().AccuracyOn(Bars.Make(0, "none")));
    }
}
