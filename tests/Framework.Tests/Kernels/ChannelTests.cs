using System.Numerics;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Tests.Kernels;

/// <summary>
/// Sums and maps a channel, and changes of order, against plain loops: channels around a vector, positions around a
/// chunk, outputs poisoned.
/// </summary>
public sealed class ChannelTests
{
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 0, 3, 2, 2 }, { 1, 1, 1, 1 }, { 2, 1, 5, 3 }, { 3, 7, 2, 4 }, { 2, 8, 3, 5 }, { 5, 9, 4, 3 }, { 1, 17, 1, 3 },
        { 3, 1, 83, 131 }, { 7, 129, 9, 11 }, { 2, 16390, 1, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums(int n, int c, int h, int w)
    {
        Tensor x = Values.OnGrid(new Shape(n, c, h, w), "x"), dy = Values.OnGrid(x.Shape, "dy"), mean = Values.OnGrid(new Shape(c), "mean");
        Tensor scale = Values.OnGrid(new Shape(c), "scale"), offset = Values.OnGrid(new Shape(c), "offset");
        var sums = new ChannelSums(c);
        for (int again = 0; again < 2; again++)
        {
            Assert.Equal(PerChannel(x, (i, k) => x.Span[i]), sums.Sum(x).ToArray());
            foreach (float slope in (float[])[1, 0.25f, 0])
            {
                double Rectified(int i, int k) =>
                    dy.Span[i] * (((x.Span[i] - mean[k]) * scale[k]) + offset[k] > 0 ? 1 : (double)slope);
                sums.SumProducts(
                    dy, x, mean, scale, offset, slope, out ReadOnlySpan<double> sumDy, out ReadOnlySpan<double> products);
                Assert.Equal(PerChannel(x, Rectified), sumDy.ToArray());
                Assert.Equal(PerChannel(x, (i, k) => Rectified(i, k) * (x.Span[i] - mean[k])), products.ToArray());
            }

            Tensor accumulated = mean.Clone();
            sums.AccumulateSum(x, accumulated);
            Assert.Equal(PerChannel(x, (i, k) => x.Span[i]).Select((sum, k) => mean[k] + (float)sum), accumulated.Span.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Moments(int n, int c, int h, int w)
    {
        if (n == 0)
        {
            return; // no positions, no moments: BatchNorm2D refuses them
        }

        // Far from zero, where Σx² − (Σx)²/M would lose everything.
        Tensor x = Values.Normal(new Shape(n, c, h, w), "x");
        foreach (ref float value in x.Span)
        {
            value = (value / 8) + 500;
        }

        int count = n * h * w;
        double[] means = [.. PerChannel(x, (i, k) => x.Span[i]).Select(sum => sum / count)];
        double[] squares = PerChannel(x, (i, k) => (x.Span[i] - means[k]) * (x.Span[i] - means[k]));
        new ChannelSums(c).Moments(x, out ReadOnlySpan<double> actualMeans, out ReadOnlySpan<double> actualSquares);
        for (int k = 0; k < c; k++)
        {
            Assert.Equal(means[k], actualMeans[k], 1e-3);
            Assert.Equal(squares[k], actualSquares[k], (2e-3 * squares[k]) + 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Maps(int n, int c, int h, int w)
    {
        var shape = new Shape(n, c, h, w);
        Tensor a = Values.OnGrid(shape, "a"), b = Values.OnGrid(shape, "b");
        Tensor mean = Values.OnGrid(new Shape(c), "mean"), p = Values.OnGrid(new Shape(c), "p"), q = Values.OnGrid(new Shape(c), "q"),
            r = Values.OnGrid(new Shape(c), "r"), s = Values.OnGrid(new Shape(c), "s");
        foreach (float slope in (float[])[1, 0.25f, 0])
        {
            Tensor normalized = Values.Poisoned(shape), gradient = Values.Poisoned(shape);
            new ChannelMap<Normalization>().Run(a, b, mean, p, q, r, s, slope, normalized);
            new ChannelMap<NormalizationGradient>().Run(a, b, mean, p, q, r, s, slope, gradient);
            for (int i = 0; i < shape.Count; i++)
            {
                int k = i % c;
                float plain = ((a.Span[i] - mean[k]) * p[k]) + q[k], d = a.Span[i];
                d *= ((b.Span[i] - mean[k]) * p[k]) + s[k] > 0 ? 1 : slope;
                Assert.Equal(plain > 0 ? plain : plain * slope, normalized.Span[i]);
                Assert.Equal(p[k] * (d - q[k] - ((b.Span[i] - mean[k]) * r[k])), gradient.Span[i]);
            }
        }
    }

    /// <summary>As the modules have it: 0 for −∞, too, and NaN stays.</summary>
    [Theory]
    [InlineData(0, new[] { float.NaN, 0, 0, 0, 3, float.PositiveInfinity })]
    [InlineData(0.5f, new[] { float.NaN, float.NegativeInfinity, -1, 0, 3, float.PositiveInfinity })]
    [InlineData(1, new[] { float.NaN, float.NegativeInfinity, -2, 0, 3, float.PositiveInfinity })]
    public void Rectified(float slope, float[] expected)
    {
        float[] values = [float.NaN, float.NegativeInfinity, -2, 0, 3, float.PositiveInfinity];
        Assert.Equal(expected, values.Select(value => Rectifier.Apply(new Vector<float>(value), new Vector<float>(slope))[0]));
        float[] slopes = [slope, slope, slope, slope, 1, 1];
        Assert.Equal(slopes, values.Select(value => Rectifier.Differentiate(new Vector<float>(value), Vector<float>.One, new(slope))[0]));
    }

    [Theory]
    [InlineData(new[] { 2, 3, 5, 7 }, new[] { 2, 105 })]
    [InlineData(new[] { 3, 105 }, new[] { 3, 7, 3, 5 })]
    [InlineData(new[] { 2, 8, 5, 3 }, new[] { 2, 5, 4, 6 })]
    [InlineData(new[] { 2, 5, 3 }, new[] { 2, 15 })]
    [InlineData(new[] { 2, 4, 1, 1 }, new[] { 2, 1, 2, 2 })]
    [InlineData(new[] { 0, 4, 3, 1 }, new[] { 0, 12 })]
    public void A_change_of_shape_keeps_the_logical_order(int[] from, int[] to)
    {
        Tensor source = Values.Normal(new Shape(from), "source"), target = Values.Poisoned(new Shape(to));
        for (int item = 0; item < source.Shape.N; item++)
        {
            ElementOrder.CopyItem(source, target, item);
        }

        Assert.Equal(source.ToRowMajor(), target.ToRowMajor());
    }

    private static double[] PerChannel(Tensor x, Func<int, int, double> value)
    {
        double[] sums = new double[x.Shape.C];
        for (int i = 0; i < x.Shape.Count; i++)
        {
            sums[i % sums.Length] += value(i, i % sums.Length);
        }

        return sums;
    }
}
