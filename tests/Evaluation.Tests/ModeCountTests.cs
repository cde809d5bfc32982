using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Tensors;

namespace MiniGan.Tests.Evaluation;

/// <summary>Kinds of pictures that are several in one.</summary>
public sealed class ModeCountTests
{
    private static readonly ImageClassifier Classifier = Trained();

    [Fact]
    public void Each_channel_is_a_digit_of_the_kind()
    {
        // Kinds 000, 012, 012, 999 of ten classes; a channel each, red first.
        ModeCount modes = Count([0, 0, 0], [0, 1, 2], [0, 1, 2], [9, 9, 9]), other = Count([2, 1, 0], [0, 0, 0]);
        Assert.Equal((4, 3, 1000), (modes.Pictures, modes.Found, modes.Possible));
        Assert.Equal((2, 2), (other.Pictures, other.Found));
        Assert.Equal(0, modes.DivergenceFrom(modes), 1e-12);
        Assert.Equal(double.PositiveInfinity, modes.DivergenceFrom(other)); // 012 is none of 210 and 000
        Assert.Equal(2, Count([0, 1, 0], [0, 0, 9]).Found); // ten classes, not nine
        ModeCount part = Count([0, 0, 0], [0, 1, 2]);

        // ½ log(½ / ¼) + ½ log(½ / ½)
        Assert.Equal(0.5 * Math.Log(2), part.DivergenceFrom(modes), 1e-12);
    }

    [Fact]
    public void Pictures_are_asked_for_in_passes_and_rounded_to_8_bits()
    {
        var asked = new List<int>();
        var seen = new List<int>();
        ModeCount modes = ModeCount.Of(
            Classifier,
            count =>
            {
                asked.Add(count);
                return new Tensor(new Shape(count, 2, 28, 28));
            },
            620, seen.Add);
        Assert.Equal([500, 120], asked);
        Assert.Equal([500, 620], seen);
        Assert.Equal((620, 1, 100), (modes.Pictures, modes.Found, modes.Possible));
    }

    /// <summary>What is nearly a digit's pixels, but not in 8 bits, is the same digit as in 8 bits.</summary>
    [Fact]
    public void Samples_and_files_of_them_are_of_the_same_kinds()
    {
        Tensor noise = Values.Normal(new Shape(300, 2, 28, 28), "noise");
        var written = new ImageDataset(new IdxImages(300, new ImageShape(2, 28, 28), Imaging.ImageConversion.ToBytes(noise)));
        Func<int, Tensor> from = count => Tensor.FromRowMajor(new Shape(count, 2, 28, 28), noise.ToRowMajor());
        ModeCount made = ModeCount.Of(Classifier, from, 300), read = ModeCount.Of(Classifier, written.InOrder(), 300);
        Assert.Equal(0, made.DivergenceFrom(read), 1e-12);
        Assert.Equal(made.Found, read.Found);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Func<int, Tensor> Of(int channels, int side) => count => new Tensor(new Shape(count, channels, side, side));
        Assert.Throws<ArgumentNullException>(() => ModeCount.Of(null!, Of(3, 28), 1));
        Assert.Throws<ArgumentNullException>(() => ModeCount.Of(Classifier, null!, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModeCount.Of(Classifier, Of(3, 28), 0));
        Assert.Throws<ArgumentException>(() => ModeCount.Of(Classifier, Of(3, 27), 1));
        Assert.Throws<ArgumentException>(() => ModeCount.Of(Classifier, Of(8, 28), 1)); // 10⁸ kinds
        ModeCount three = ModeCount.Of(Classifier, Of(3, 28), 1);
        Assert.Throws<ArgumentNullException>(() => three.DivergenceFrom(null!));
        Assert.Throws<ArgumentException>(() => three.DivergenceFrom(ModeCount.Of(Classifier, Of(2, 28), 1)));
    }

    private static ModeCount Count(params int[][] kinds)
    {
        ImageDataset bars = Bars.Make(200, "bars");
        var pictures = new Tensor(new Shape(kinds.Length, 3, 28, 28));
        for (int n = 0; n < kinds.Length; n++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                int digit = kinds[n][channel];
                int index = Enumerable.Range(0, 200).First(i => bars.Labels[i] == digit && Seen(bars, i) == digit);
                float[] plane = bars.Choose([index]).InOrder()(1).ToRowMajor();
                for (int i = 0; i < 784; i++)
                {
                    pictures.Span[(((n * 784) + i) * 3) + channel] = plane[i];
                }
            }
        }

        return ModeCount.Of(Classifier, new ImageDataset(new IdxImages(
            kinds.Length, new ImageShape(3, 28, 28), MiniGan.Imaging.ImageConversion.ToBytes(pictures))).InOrder(), kinds.Length);
    }

    private static int Seen(ImageDataset dataset, int index) => Classifier.Classify(dataset.Choose([index]).InOrder()(1)).ClassOf(0);

    private static ImageClassifier Trained()
    {
        var configuration = new ClassifierConfiguration(Epochs: 3, BatchSize: 32, LearningRate: 2e-3, Shift: 0, Seed: 5);
        var trainer = new ClassifierTrainer(Bars.Make(640, "training"), configuration);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            trainer.TrainEpoch();
        }

        return trainer.Classifier;
    }
}
