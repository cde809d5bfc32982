using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// How many of the kinds that there are a generator makes, on pictures that are several in one: stacked MNIST, whose three channels are a
/// digit each, has 10³ = 1,000 kinds, its <em>modes</em> (Metz et al. 2017, "Unrolled generative adversarial networks", section 3.3.1; Lin
/// et al. 2018, "PacGAN", section 4.2).
/// </summary>
public sealed class ModeCount
{
    private readonly long[] counts;

    private ModeCount(long[] counts) => (this.counts, Pictures) = (counts, counts.Sum());

    /// <summary>Pictures that were looked at.</summary>
    public long Pictures { get; }

    /// <summary>Kinds that there may be: classes to the power of channels.</summary>
    public int Possible => counts.Length;

    /// <summary>Kinds that at least one picture is of.</summary>
    public int Found => counts.Count(count => count > 0);

    /// <summary>Has a classifier look at each channel by itself.</summary>
    /// <param name="classifier">Of images with one channel.</param>
    /// <param name="next">Makes the next so many pictures: n → [n, C, H, W] in [−1, 1]. They are rounded to 8 bits.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="progress">Called with the number of pictures that were seen so far.</param>
    /// <exception cref="ArgumentException">
    /// The classifier takes other images, or there are too many kinds: more than 2²⁴.
    /// </exception>
    public static ModeCount Of(ImageClassifier classifier, Func<int, Tensor> next, int count, Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(next);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        const int mostKinds = 1 << 24, imagesPerPass = 500;
        long[]? counts = null;
        for (int done = 0; done < count;)
        {
            Tensor pictures = Evaluator.InEightBits(next(Math.Min(imagesPerPass, count - done)));
            (int n, int channels, int height, int width) = (pictures.Shape.N, pictures.Shape.C, pictures.Shape.H, pictures.Shape.W);
            double kinds = Math.Pow(classifier.Labels.Count, channels);
            if (classifier.ImageShape != new ImageShape(1, height, width) || kinds > mostKinds)
            {
                throw new ArgumentException(
                    $"Each channel must be an image of {classifier.ImageShape}, and there may be at most {mostKinds} kinds, but the " +
                    $"pictures are {pictures.Shape}, of {kinds} kinds.",
                    nameof(next));
            }

            counts ??= new long[(int)kinds];
            foreach (int mode in Modes(classifier, pictures, channels))
            {
                counts[mode]++;
            }

            done += n;
            progress?.Invoke(done);
        }

        return new ModeCount(counts!);
    }

    /// <summary>
    /// KL(q ‖ p) = Σ q log(q / p) in nats, q the shares of these kinds and p those of real pictures: 0 if they are equal; infinite if there
    /// is a kind here that no real picture is of.
    /// </summary>
    /// <param name="real">p, of as many kinds.</param>
    /// <exception cref="ArgumentException">There are other kinds there.</exception>
    public double DivergenceFrom(ModeCount real)
    {
        ArgumentNullException.ThrowIfNull(real);
        return real.Possible == Possible
            ? counts.Zip(real.counts).Where(pair => pair.First > 0).Sum(pair =>
                (double)pair.First / Pictures * Math.Log((double)pair.First / Pictures * real.Pictures / pair.Second))
            : throw new ArgumentException($"There are {Possible} kinds here, but {real.Possible} there.", nameof(real));
    }

    /// <summary>The kind of each picture: its channels' classes as the digits of a number, the first channel's first.</summary>
    private static int[] Modes(ImageClassifier classifier, Tensor pictures, int channels)
    {
        int[] modes = new int[pictures.Shape.N];
        float[] values = pictures.ToRowMajor();
        int size = pictures.Shape.H * pictures.Shape.W;
        for (int channel = 0; channel < channels; channel++)
        {
            var plane = new Tensor(classifier.ImageShape.Batch(modes.Length));
            for (int n = 0; n < modes.Length; n++)
            {
                values.AsSpan(((n * channels) + channel) * size, size).CopyTo(plane.Span[(n * size)..]);
            }

            Classification seen = classifier.Classify(plane);
            for (int n = 0; n < modes.Length; n++)
            {
                modes[n] = (modes[n] * classifier.Labels.Count) + seen.ClassOf(n);
            }
        }

        return modes;
    }
}
