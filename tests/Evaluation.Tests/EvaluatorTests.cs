using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private readonly ImageClassifier classifier = Bars.Classifier();
    private readonly ImageDataset reference = Bars.Make(60, "reference");

    [Fact]
    public void The_reference_itself_is_perfect()
    {
        var evaluator = new Evaluator(classifier, reference);
        Classification seen = classifier.Classify(Bars.Images(reference));
        Assert.Equal(seen.Accuracy(reference.Labels), evaluator.ReferenceAccuracy);
        var progress = new List<int>();
        EvaluationReport report = evaluator.Evaluate(InOrder(Bars.Images(reference)), 60, progress.Add);
        Assert.Equal((60, 1.0, 1.0), (report.Count, report.Precision, report.Recall));
        Assert.InRange(report.FrechetDistance, 0, 1e-6);
        Assert.Equal(ClassifierScore.Of(seen), report.Classes!.Score);
        Assert.Equal(ClassifierScore.ClassShares(seen), report.Classes.Shares);
        Assert.Equal(ClassifierScore.ConfidentShare(seen), report.Classes.ConfidentShare);
        Assert.Equal([60], progress);
        Assert.Null(report.Classes.LabelAccuracy);
        Assert.Empty(report.Classes.LabelAccuracies);
    }

    /// <summary>The classifier's labels are 10 to 19 here: what it is told are labels, what it counts are classes.</summary>
    [Fact]
    public void Whether_pictures_show_what_their_labels_ask_for_is_told_by_class()
    {
        var shifted = new ImageClassifier(new ImageShape(1, 28, 28), new LabelSet([.. Enumerable.Range(10, 10)]), seed: 1);
        Tensor images = Bars.Images(reference);
        Classification seen = shifted.Classify(images);
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => 10 + (i % 3 == 0 ? (seen.ClassOf(i) + 1) % 10 : seen.ClassOf(i)))];
        ClassFigures classes = new Evaluator(shifted, new ImageDataset(new IdxImages(60, 28, 28, ImageConversion.ToBytes(images))))
            .Evaluate(InOrder(images), 60, labels: labels).Classes!;
        Assert.Equal(40 / 60.0, classes.LabelAccuracy!.Value, 1e-12);
        Assert.Equal(seen.AccuracyByClass([.. labels.Select(label => label - 10)]), classes.LabelAccuracies);
        Assert.Contains(null, classes.LabelAccuracies);
    }

    [Fact]
    public void Samples_are_asked_for_in_passes_and_rounded_to_8_bits()
    {
        var evaluator = new Evaluator(classifier, reference);
        Tensor images = Values.Normal(new Shape(620, 1, 28, 28), "samples"), rounded = new(images.Shape);
        new ImageDataset(new IdxImages(620, 28, 28, ImageConversion.ToBytes(images)), new int[620])
            .CopyTo([.. Enumerable.Range(0, 620)], rounded);
        var progress = new List<int>();
        EvaluationReport raw = evaluator.Evaluate(InOrder(images), 620, progress.Add), exact = evaluator.Evaluate(InOrder(rounded), 620);
        Assert.Equal([500, 620], progress);
        Assert.Equal(exact with { Classes = raw.Classes }, raw);
        Assert.Equal(exact.Classes!.Shares, raw.Classes!.Shares);
        Assert.Equal((exact.Classes.Score, exact.Classes.ConfidentShare), (raw.Classes.Score, raw.Classes.ConfidentShare));
        double distance = FrechetDistance.Between(
            FeatureStatistics.Of(classifier.Classify(rounded).Features),
            FeatureStatistics.Of(classifier.Classify(Bars.Images(reference)).Features));
        Assert.Equal(1, raw.FrechetDistance / distance, 1e-9);
        Assert.Equal(0, raw.Precision);
    }

    /// <summary>A network of somebody's own, here the pixels themselves; without labels nobody knows an accuracy.</summary>
    [Fact]
    public void Any_network_is_a_space_to_compare_in()
    {
        var space = new FeatureSpace(new Flatten(), new ImageShape(3, 2, 3));
        Assert.Equal((18, new ImageShape(3, 2, 3)), (space.FeatureCount, space.ImageShape));
        var pictures = new ImageDataset(new IdxImages(9, space.ImageShape, [.. Enumerable.Range(0, 9 * 18).Select(i => (byte)(i * i))]));
        var evaluator = new Evaluator(space, pictures);
        Assert.Null(evaluator.ReferenceAccuracy);
        EvaluationReport report = evaluator.Evaluate(pictures.InOrder(), 9);
        Assert.Null(report.Classes);
        Assert.Equal((1.0, 1.0), (report.Precision, report.Recall));
        Assert.InRange(report.FrechetDistance, 0, 1e-6);
        Assert.Equal(pictures.InOrder()(9).ToRowMajor(), space.Describe(pictures.InOrder()(9)).ToRowMajor());

        Assert.Null(new Evaluator(classifier, Bars.Unlabelled(5)).ReferenceAccuracy);
        Assert.Throws<ArgumentNullException>(() => new FeatureSpace(null!, space.ImageShape));
        Assert.Contains("Flatten", Assert.Throws<ArgumentException>(() => new FeatureSpace(new ReLU(), space.ImageShape)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => space.Describe(new Tensor(new Shape(1, 3, 3, 2))));
        Assert.Throws<ArgumentNullException>(() => space.Describe(null!));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var evaluator = new Evaluator(classifier, reference);
        Assert.Throws<ArgumentNullException>(() => new Evaluator(null!, reference));
        Assert.Throws<ArgumentNullException>(() => new Evaluator(classifier, null!));
        Assert.Throws<ArgumentException>(() => new Evaluator(classifier, Bars.Make(3, "few")));
        Assert.Throws<ArgumentException>(() =>
            new Evaluator(classifier, new ImageDataset(new IdxImages(4, 28, 27, new byte[4 * 28 * 27]), new int[4])));
        Assert.Throws<ArgumentNullException>(() => evaluator.Evaluate(null!, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => evaluator.Evaluate(count => new Tensor(new Shape(count, 1, 28, 28)), 3));
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(_ => new Tensor(new Shape(1, 1, 28, 28)), 10));
        Assert.Contains(
            "10 pictures need as many labels, but there are 9",
            Assert.Throws<ArgumentException>(() =>
                evaluator.Evaluate(count => new Tensor(new Shape(count, 1, 28, 28)), 10, labels: new int[9])).Message,
            StringComparison.Ordinal);
    }

    private static Func<int, Tensor> InOrder(Tensor images)
    {
        int done = 0;
        return count =>
        {
            Tensor next = Tensor.FromRowMajor(new Shape(count, 1, 28, 28), images.Span.Slice(done * 784, count * 784));
            done += count;
            return next;
        };
    }
}
