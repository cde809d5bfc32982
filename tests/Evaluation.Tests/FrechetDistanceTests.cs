using System.Globalization;
using MiniGan.Checkpoints;
using MiniGan.Evaluation;
using MiniGan.Tensors;
using MiniGan.Tests.Comparison;

namespace MiniGan.Tests.Evaluation;

public sealed class FrechetDistanceTests
{
    [Fact]
    public void Equal_sets_are_at_distance_0()
    {
        FeatureStatistics statistics = FeatureStatistics.Of(Values.Normal(new Shape(50, 6), "features"));
        Assert.Equal(0, FrechetDistance.Between(statistics, statistics), 1e-9);
    }

    [Fact]
    public void Of_diagonal_covariances_it_is_the_sum_over_axes()
    {
        // The corners of a box: mean at its middle, variances those of its sides, no correlation.
        static FeatureStatistics Box(float[] middle, float[] half)
        {
            float[] corners = [.. Enumerable.Range(0, 8).SelectMany(n =>
                Enumerable.Range(0, 3).Select(i => middle[i] + ((n >> i & 1) == 0 ? -half[i] : half[i])))];
            return FeatureStatistics.Of(Tensor.FromRowMajor(new Shape(8, 3), corners));
        }

        FeatureStatistics first = Box([1, 2, 3], [1, 2, 0]), second = Box([0, 2, 5], [2, 0.5f, 3]);
        Assert.Equal([1.0, 2.0, 3.0], first.Mean);
        Assert.Equal(4 * 8.0 / 7, first.Covariance[1, 1], 1e-12);
        Assert.Equal(0, first.Covariance[0, 1], 1e-12);

        // (μ₁ − μ₂)² + (σ₁ − σ₂)² an axis; the variance of a box is unbiased: 8/7 of half².
        double expected = 1 + 0 + 4 + (8.0 / 7 * (1 + 2.25 + 9));
        Assert.Equal(expected, FrechetDistance.Between(first, second), 1e-9);
        Assert.Equal(expected, FrechetDistance.Between(second, first), 1e-9);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("deficient")]
    public void Correlated_features_are_as_far_apart_as_numpy_says(string name)
    {
        SafetensorsFile file = SafetensorsReader.Read(Reference.PathOf("numpy-evaluation.safetensors"));
        Tensor Of(string tensor)
        {
            return file.Tensors.Single(item => item.Name == $"{name}/{tensor}").Value;
        }

        double expected = double.Parse(file.Metadata[$"{name}/frechet"], CultureInfo.InvariantCulture);
        Assert.Equal(
            expected, FrechetDistance.Between(FeatureStatistics.Of(Of("fake")), FeatureStatistics.Of(Of("real"))), 1e-6 * expected);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => FeatureStatistics.Of(null!));
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of(new Tensor(new Shape(1, 3))));
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of(new Tensor(new Shape(3))));
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of(Values.Poisoned(new Shape(4, 3))));
        FeatureStatistics three = FeatureStatistics.Of(new Tensor(new Shape(4, 3))),
            two = FeatureStatistics.Of(new Tensor(new Shape(4, 2)));
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(three, two));
        Assert.Throws<ArgumentNullException>(() => FrechetDistance.Between(three, null!));
        Assert.Throws<ArgumentNullException>(() => FrechetDistance.Between(null!, three));
    }
}
