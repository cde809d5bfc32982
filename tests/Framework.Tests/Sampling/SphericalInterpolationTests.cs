using MiniGan.Sampling;
using MiniGan.Tensors;

namespace MiniGan.Tests.Sampling;

public sealed class SphericalInterpolationTests
{
    private static readonly double[] Positions = [0.1, 0.25, 0.5, 0.9];

    [Fact]
    public void A_quarter_circle_is_that_of_sine_and_cosine()
    {
        foreach (double t in Positions)
        {
            float[] result = At([3, 0, 0], [0, 0, -3], t);
            (double sine, double cosine) = Math.SinCos(t * Math.PI / 2);
            Assert.Equal([3 * cosine, 0, -3 * sine], result.Select(value => (double)value), (x, y) => Math.Abs(x - y) < 1e-6);
        }
    }

    [Fact]
    public void Both_ends_are_met_exactly_and_the_length_goes_from_one_to_the_other_at_an_even_turn()
    {
        float[] a = Normal(97, "a"), b = [.. Normal(97, "b").Select(value => 1.5f * value)];
        Assert.Equal(a, At(a, b, 0));
        Assert.Equal(b, At(a, b, 1));
        Assert.Equal(a, At(a, a, 0.3), (x, y) => Math.Abs(x - y) < 1e-6);
        foreach (double t in Positions)
        {
            float[] c = At(a, b, t);
            Assert.Equal(((1 - t) * Length(a)) + (t * Length(b)), Length(c), 1e-5);
            Assert.Equal(t * Angle(a, b), Angle(a, c), 1e-5);
            Assert.Equal((1 - t) * Angle(a, b), Angle(c, b), 1e-5);
        }
    }

    [Fact]
    public void Without_a_great_circle_it_is_the_straight_line()
    {
        Assert.Equal([1.5f, 3], At([1, 2], [2, 4], 0.5)); // the same direction
        Assert.Equal([0.25f, 0.5f], At([1, 2], [-2, -4], 0.25)); // opposite directions
        Assert.Equal([0.5f, 1], At([0, 0], [2, 4], 0.25)); // no direction
        Assert.Equal([0f, 0], At([0, 0], [0, 0], 0.5));
        Assert.Equal([-1f], At([2], [-4], 0.5)); // one dimension
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentException>(() => At([1, 2], [1], 0.5));
        Assert.Throws<ArgumentException>(() => SphericalInterpolation.Interpolate([1, 2], [2, 1], 0.5, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => At([1], [1], -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => At([1], [1], 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => At([1], [1], double.NaN));
    }

    private static float[] At(float[] from, float[] to, double t)
    {
        float[] result = new float[from.Length];
        SphericalInterpolation.Interpolate(from, to, t, result);
        return result;
    }

    private static float[] Normal(int length, string name)
    {
        float[] values = new float[length];
        new RandomSource(1, name).FillNormal(values);
        return values;
    }

    private static double Length(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static double Angle(float[] a, float[] b) =>
        Math.Acos(a.Zip(b).Sum(pair => (double)pair.First * pair.Second) / (Length(a) * Length(b)));
}
