using MiniGan.Tensors;

namespace MiniGan.Tests.Tensors;

public sealed class RandomSourceTests
{
    [Fact]
    public void The_streams_are_those_of_the_published_algorithm()
    {
        // Seed 0 without a name is xoshiro256** seeded by SplitMix64 as published; the others were computed by an independent program.
        var random = new RandomSource(0, "");
        Assert.Equal(11091344671253066420, random.NextUInt64());
        Assert.Equal(13793997310169335082, random.NextUInt64());
        random = new RandomSource(1, "latents");
        Assert.Equal(1684496902033243265u, random.NextUInt64());
        Assert.Equal(9803796578563360284, random.NextUInt64());
        Assert.Equal(6424049101462676565u, random.NextUInt64());
        random = new RandomSource(ulong.MaxValue, "ß");
        Assert.Equal(16946756312937102019, random.NextUInt64());
    }

    [Fact]
    public void Normal_values_have_their_moments()
    {
        float[] values = new float[200_001];
        new RandomSource(1, "normal").FillNormal(values, 3, 2);
        double mean = values.Average(), variance = values.Average(value => (value - mean) * (value - mean));
        double kurtosis = values.Average(value => Math.Pow((value - mean) / 2, 4));
        Assert.InRange(mean, 2.98, 3.02);
        Assert.InRange(variance, 3.95, 4.05);
        Assert.InRange(kurtosis, 2.9, 3.1);
    }

    [Theory]
    [InlineData(0.5f, 0.080590, 0.515504)] // 1 − 2Tφ(T)/(2Φ(T) − 1) and (2Φ(T/2) − 1)/(2Φ(T) − 1)
    [InlineData(1, 0.291125, 0.560909)]
    [InlineData(2, 0.773741, 0.715235)]
    public void Redrawn_values_are_those_of_the_truncated_normal_distribution(
        float threshold, double expectedVariance, double expectedShare)
    {
        float[] values = new float[200_000];
        new RandomSource(1, "normal").FillNormal(values);
        float[] before = [.. values];
        new RandomSource(1, "again").Truncate(values, threshold);
        Assert.All(values, value => Assert.InRange(value, -threshold, threshold));
        Assert.All(before.Zip(values), pair => Assert.True(Math.Abs(pair.First) > threshold || pair.First == pair.Second));
        double mean = values.Average(), variance = values.Average(value => (value - mean) * (value - mean));
        Assert.InRange(mean, -0.01, 0.01);
        Assert.InRange(variance / expectedVariance, 0.99, 1.01);
        Assert.InRange(values.Count(value => Math.Abs(value) < threshold / 2) / 200_000.0, expectedShare - 0.005, expectedShare + 0.005);
    }

    [Theory]
    [InlineData(0.0099f)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    public void A_threshold_that_next_to_nothing_is_within_is_refused(float threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomSource(1, "again").Truncate(new float[3], threshold));

    [Fact]
    public void Uniform_values_and_integers_cover_their_range_evenly()
    {
        float[] values = new float[100_000];
        var random = new RandomSource(1, "uniform");
        random.FillUniform(values, -2, 6);
        Assert.All(values, value => Assert.InRange(value, -2, 6));
        Assert.InRange(values.Average(), 1.97, 2.03);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.NextInt(7)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt(0));
        Assert.Throws<ArgumentNullException>(() => new RandomSource(1, null!));
    }

    [Fact]
    public void Shuffling_makes_every_order_equally_likely()
    {
        var random = new RandomSource(1, "shuffle");
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < 24_000; i++)
        {
            int[] items = [0, 1, 2, 3];
            random.Shuffle(items);
            string order = string.Concat(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }
}
