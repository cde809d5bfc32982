using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Tensors;

namespace MiniGan.Tests.Evaluation;

/// <summary>Features for pictures without labels.</summary>
public sealed class RandomFeaturesTests
{
    private const int Count = 320;

    [Theory]
    [InlineData(3, 12, 40)]
    [InlineData(3, 9, 20)]
    [InlineData(1, 28, 28)]
    [InlineData(1, 3, 5)]
    public void The_worse_pictures_are_the_farther_they_stand(int channels, int height, int width)
    {
        var image = new ImageShape(channels, height, width);
        ImageDataset real = Blobs(Count, image, "real"), same = Blobs(Count, image, "same");
        var evaluator = new Evaluator(RandomFeatures.Of(real), real);
        double[] distances = [.. new[] { 0, 40, 120 }
            .Select(noise => evaluator.Evaluate(Noisy(same, noise).InOrder(), Count).FrechetDistance)];
        Assert.True(distances[1] > 1.2 * distances[0] && distances[2] > 2 * distances[1], string.Join(", ", distances));

        // Fine detail counts, not only what lies where.
        double blurred = evaluator.Evaluate(Blurred(same).InOrder(), Count).FrechetDistance;
        Assert.True(height < 8 || blurred > 1.2 * distances[0], $"{blurred} and {distances[0]}");

        // All alike: as real as can be, and nothing of what else there is.
        EvaluationReport collapsed = evaluator.Evaluate(real.Choose(new int[Count]).InOrder(), Count);
        Assert.Equal(1, collapsed.Precision);
        Assert.True(collapsed.Recall < 0.1 && collapsed.FrechetDistance > 2 * distances[0], $"{collapsed}, {distances[0]}");
        Assert.Null(collapsed.Classes);
    }

    [Fact]
    public void Pictures_and_seed_decide_everything_and_each_layer_is_normalised_over_the_pictures()
    {
        ImageDataset real = Blobs(300, new ImageShape(3, 16, 16), "real"), other = Noisy(real, 90);
        Tensor images = real.InOrder()(300);
        float[] seen = RandomFeatures.Of(real).Describe(images).ToRowMajor();
        Assert.Equal(seen, RandomFeatures.Of(real).Describe(images).ToRowMajor());
        Assert.NotEqual(seen, RandomFeatures.Of(real, seed: 2).Describe(images).ToRowMajor());
        Assert.NotEqual(seen, RandomFeatures.Of(other).Describe(images).ToRowMajor());

        // 300 images are two batches of 150, whose statistics count alike: the first convolution's maps have mean 0 and variance 1.
        FeatureSpace space = RandomFeatures.Of(real);
        Assert.False(space.Features.IsTraining);
        var layers = (Modules.Sequential)((Modules.Sequential)space.Features)[0];
        Assert.Equal(16 + 32 + 64, space.FeatureCount);
        Tensor maps = layers[1].Forward(layers[0].Forward(images));
        for (int channel = 0; channel < 16; channel++)
        {
            int of = channel;
            float[] values = [.. Enumerable.Range(0, maps.Shape.Count / 16).Select(i => maps.Span[(i * 16) + of])];
            Assert.InRange(values.Average(), -0.01, 0.01);
            Assert.InRange(values.Sum(value => value * value) / values.Length, 0.9, 1.1);
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => RandomFeatures.Of(null!));
        Assert.Throws<ArgumentException>(() => RandomFeatures.Of(Blobs(1, new ImageShape(1, 8, 8), "one")));
    }

    /// <summary>A bright box of any colour somewhere on a dark ground.</summary>
    private static ImageDataset Blobs(int count, ImageShape image, string name)
    {
        var random = new RandomSource(1, name);
        byte[] pixels = new byte[count * image.Count];
        for (int i = 0; i < count; i++)
        {
            int size = 1 + random.NextInt(Math.Min(image.Height, image.Width) / 2), top = random.NextInt(image.Height - size),
                left = random.NextInt(image.Width - size);
            byte[] colour = [.. Enumerable.Range(0, image.Channels).Select(_ => (byte)(155 + random.NextInt(100)))];
            for (int y = top; y < top + size; y++)
            {
                for (int x = left; x < left + size; x++)
                {
                    colour.CopyTo(pixels, (i * image.Count) + (((y * image.Width) + x) * image.Channels));
                }
            }
        }

        return new ImageDataset(new IdxImages(count, image, pixels));
    }

    private static ImageDataset Blurred(ImageDataset from)
    {
        ImageShape shape = from.ImageShape;
        float[] images = from.InOrder()(from.Count).Span.ToArray();
        int row = shape.Width * shape.Channels;
        byte[] pixels = [.. Enumerable.Range(0, images.Length).Select(i =>
        {
            int[] near = [.. new[] { 0, shape.Channels, -shape.Channels, row, -row }.Select(by => i + by)
                .Where(j => j >= 0 && j < images.Length && j / shape.Count == i / shape.Count)];
            return (byte)Math.Round((near.Average(j => images[j]) + 1) * 127.5);
        })];
        return new ImageDataset(new IdxImages(from.Count, shape, pixels));
    }

    private static ImageDataset Noisy(ImageDataset from, int noise)
    {
        Tensor images = from.InOrder()(from.Count);
        var random = new RandomSource(1, "noise");
        byte[] pixels = [.. images.Span.ToArray().Select(value =>
            (byte)Math.Clamp(((value + 1) * 127.5f) + random.NextInt((2 * noise) + 1) - noise, 0, 255))];
        return new ImageDataset(new IdxImages(from.Count, from.ImageShape, pixels));
    }
}
