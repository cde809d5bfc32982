using System.Globalization;
using MiniGan.Checkpoints;
using MiniGan.Evaluation;
using MiniGan.Tensors;
using MiniGan.Tests.Comparison;

namespace MiniGan.Tests.Evaluation;

public sealed class ClassifierScoreTests
{
    [Fact]
    public void Clear_and_various_is_10_and_all_alike_is_1()
    {
        float[] clear = [.. Enumerable.Range(0, 100).Select(i => i / 10 == i % 10 ? 1f : 0)];
        Assert.Equal(10, ClassifierScore.Of(Seen(clear)), 1e-9);
        Assert.Equal(1, ClassifierScore.Of(Seen([.. Enumerable.Repeat(0.1f, 30)])), 1e-6);
        Assert.Equal(1, ClassifierScore.Of(Seen([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])), 1e-9);
    }

    [Fact]
    public void It_is_what_numpy_says()
    {
        SafetensorsFile file = SafetensorsReader.Read(Reference.PathOf("numpy-evaluation.safetensors"));
        Tensor probabilities = file.Tensors.Single(item => item.Name == "probabilities").Value;
        double expected = double.Parse(file.Metadata["score"], CultureInfo.InvariantCulture);
        Assert.Equal(
            expected, ClassifierScore.Of(new Classification(new Tensor(new Shape(probabilities.Shape.N, 1)), probabilities)), 1e-9);
    }

    [Fact]
    public void Shares_count_the_most_probable_class()
    {
        Classification seen = Seen([
            0, 0, 0, 0.95f, 0, 0, 0, 0.05f, 0, 0,
            0, 0, 0, 0.5f, 0, 0, 0, 0.5f, 0, 0,
            0.2f, 0, 0, 0.1f, 0, 0, 0, 0.7f, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0.1f, 0.9f]);
        Assert.Equal([0, 0, 0, 0.5, 0, 0, 0, 0.25, 0, 0.25], ClassifierScore.ClassShares(seen));
        Assert.Equal(0.25, ClassifierScore.ConfidentShare(seen));
        Assert.Equal(0.75, ClassifierScore.ConfidentShare(seen, 0.6));
        Assert.Equal(0.75, seen.Accuracy([3, 7, 7, 9]));
        Assert.Equal(0.5, seen.Accuracy([3, -1, 7, 0]));
        Assert.Equal([null, null, null, 1, null, null, null, 0.5, null, 1], seen.AccuracyByClass([3, 7, 7, 9]));
        Assert.Equal([0, null, null, 1, null, null, null, 1, null, null], seen.AccuracyByClass([3, -1, 7, 0]));
        Assert.Equal(2 / 3.0, ClassFigures.Of(seen, [3, -1, 7, 0]).LabelAccuracy!.Value, 1e-12); // of those that it knows
        Assert.Null(ClassFigures.Of(seen, [-1, -9, -1, -1]).LabelAccuracy);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Classification none = Seen([]);
        Assert.Throws<ArgumentException>(() => ClassifierScore.Of(none));
        Assert.Throws<ArgumentException>(() => ClassifierScore.ClassShares(none));
        Assert.Throws<ArgumentException>(() => ClassifierScore.ConfidentShare(none));
        Assert.Throws<ArgumentNullException>(() => ClassifierScore.Of(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassifierScore.ConfidentShare(Seen(new float[10]), double.NaN));
        Assert.Throws<ArgumentException>(() => none.Accuracy([]));
        Assert.Throws<ArgumentException>(() => Seen(new float[10]).Accuracy([1, 2]));
        Assert.Throws<ArgumentException>(() => none.AccuracyByClass([]));
        Assert.Throws<ArgumentException>(() => Seen(new float[10]).AccuracyByClass([1, 2]));
        Assert.Throws<ArgumentException>(() => ClassFigures.Of(Seen(new float[10]), [1, 2]));
    }

    private static Classification Seen(float[] probabilities) =>
        new(
            new Tensor(new Shape(probabilities.Length / 10, 1)),
            Tensor.FromRowMajor(new Shape(probabilities.Length / 10, 10), probabilities));
}
