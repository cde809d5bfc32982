using CsCheck;
using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Tests.Convolution;

public sealed class WinogradPlanTests
{
    [Fact]
    public void The_three_steps_are_C_and_its_transpose()
    {
        int plans = 0, transposedPlans = 0;
        RandomGeometries.All.Sample(
            random =>
            {
                ConvolutionGeometry g = random.Geometry;
                Interlocked.Add(ref plans, Check(g, WinogradPlan.OfC(g), transposed: false));
                Interlocked.Add(ref transposedPlans, Check(g, WinogradPlan.OfTransposedC(g), transposed: true));
            },
            iter: 20_000);
        Assert.True(Math.Min(plans, transposedPlans) > 50, $"only {plans} and {transposedPlans} plans were made");
    }

    [Theory]
    [InlineData(14, 196, 100)] // 7 = 3 + 2 + 2 results, each with one product more than results
    [InlineData(8, 64, 36)]
    [InlineData(32, 1024, 484)]
    public void A_stride_of_two_takes_half_the_products(int size, int directly, int products)
    {
        ConvolutionGeometry g = ConvolutionGeometry.ForImage(new(4, 2, 1), 32, 64, size, size);
        WinogradPlan c = OfC(g)!;
        Assert.Equal(products, c.Products);
        Assert.All(c.Parts, part => Assert.Equal(4, part.Taps.Length));
        Assert.Equal(4 * directly, g.MapPositions * g.Taps);
        WinogradPlan transposed = OfTransposedC(g)!;
        Assert.Equal(4 * products, transposed.Products);
        Assert.All(transposed.Parts, part => Assert.Single(part.Taps));
    }

    [Theory]
    [InlineData(1, 32, 4, 2, 1, 1)] // thin
    [InlineData(32, 36, 4, 2, 1, 1)] // no whole vectors
    [InlineData(36, 32, 4, 2, 1, 1)]
    [InlineData(32, 32, 4, 2, 1, 2)] // thin groups
    [InlineData(32, 32, 1, 1, 1, 1)] // nothing to save
    [InlineData(32, 32, 3, 1, 2, 1)] // gaps between the taps
    [InlineData(32, 32, 4, 1, 1, 1)] // four taps
    [InlineData(2048, 2048, 4, 2, 1, 1)] // sums of taps that are not worth holding
    public void Others_are_computed_directly(int imageChannels, int mapChannels, int kernel, int stride, int dilation, int groups)
    {
        ConvolutionGeometry g = ConvolutionGeometry.ForImage(
            new(kernel, stride, 2, dilation, groups: groups), imageChannels, mapChannels, 12, 12);
        Assert.Null(OfC(g));
        Assert.Null(OfTransposedC(g));
    }

    [Fact]
    public void C_is_computed_directly_where_it_sums_up_correlations_of_different_lengths()
    {
        ConvolutionGeometry g = ConvolutionGeometry.ForImage(new(5, 2, 2), 32, 32, 12, 12);
        Assert.Null(OfC(g));
        Assert.NotNull(OfTransposedC(g));
    }

    [Theory]
    [MemberData(nameof(Geometries.WithFewerProducts), MemberType = typeof(Geometries))]
    public void The_geometries_that_are_said_to_have_fewer_products_do(string name)
    {
        ConvolutionGeometry g = Geometries.Get(name).Geometry;
        Assert.True(OfC(g) is not null || OfTransposedC(g) is not null);
    }

    [Fact]
    public unsafe void The_operator_takes_the_way_with_fewer_products()
    {
        ConvolutionGeometry g = ConvolutionGeometry.ForImage(new(4, 2, 1), 32, 64, 14, 14);
        Tensor image = Values.Normal(g.ImageShape(1), "x"), weight = Values.Normal(g.WeightShape, "w");
        Tensor y = Values.Poisoned(g.MapShape(1)), direct = Values.Poisoned(g.MapShape(1));
        new ConvolutionOperator(g).Apply(image, weight, null, y);
        var strides = new WeightStrides(Target: g.Taps * g.ImageChannels, Source: 1, Tap: g.ImageChannels, Group: 0, g.WeightShape.Count);
        MatrixProduct.Side source = new(g.ImagePositions, g.ImageChannels), target = new(g.MapPositions, g.MapChannels);
        new MatrixProduct(KernelRegistry.Current, MatrixRows.OfC(g), source, target, 1, strides)
            .Run(1, image.Pointer, weight.Pointer, null, direct.Pointer);
        Assert.NotEqual(direct.ToRowMajor(), y.ToRowMajor());
        Assert.InRange(direct.ToRowMajor().Zip(y.ToRowMajor(), (a, b) => Math.Abs(a - b)).Max(), 0, 1e-3);
    }

    [Fact]
    public void Images_far_larger_than_a_cache_are_computed_directly()
    {
        ConvolutionGeometry g = ConvolutionGeometry.ForImage(new(4, 2, 1), 32, 32, 512, 512);
        Assert.Null(WinogradPlan.For(
            g, KernelRegistry.Current, MatrixRows.OfC(g), _ => throw new InvalidOperationException("must not be made")));
    }

    [Fact]
    public void It_rounds_little_more_than_the_direct_sums()
    {
        ConvolutionGeometry g = ConvolutionGeometry.ForImage(new(4, 2, 1), 32, 64, 14, 14);
        Tensor image = Values.Normal(g.ImageShape(4), "x"), map = Values.Normal(g.MapShape(4), "y"),
            weight = Values.Normal(g.WeightShape, "w");
        Tensor y = Values.Poisoned(map.Shape), x = Values.Poisoned(image.Shape), gradient = new(weight.Shape);
        var op = new ConvolutionOperator(g);
        op.Apply(image, weight, null, y);
        op.ApplyTransposed(map, weight, null, x);
        op.AccumulateWeightGradient(image, map, gradient);

        // Of the size of the result, in the mean square: 4.1e-7, 3.0e-7, 2.2e-7; the direct sums, in float32, too: 3.8e-7, 2.7e-7, 2.3e-7.
        Assert.InRange(RelativeError(DirectConvolution.Apply(g, image, weight), y), 0, 5e-7);
        Assert.InRange(RelativeError(DirectConvolution.ApplyTransposed(g, map, weight), x), 0, 4e-7);
        Assert.InRange(RelativeError(DirectConvolution.WeightGradient(g, image, map), gradient), 0, 3e-7);
    }

    private static double RelativeError(double[,,,] expected, Tensor actual)
    {
        double[] values = [.. expected.Cast<double>()];
        return Math.Sqrt(values.Zip(actual.ToRowMajor(), (e, a) => (e - a) * (e - a)).Sum() / values.Sum(e => e * e));
    }

    private static int Check(ConvolutionGeometry g, WinogradPlan? plan, bool transposed)
    {
        if (plan is null)
        {
            return 0;
        }

        // One channel: each step is a small matrix. Everything is bilinear, so a fixed sequence of integers for x and another for w will
        // do.
        int sources = transposed ? g.MapPositions : g.ImagePositions, targets = transposed ? g.ImagePositions : g.MapPositions;
        double[] x = [.. Enumerable.Range(0, sources).Select(i => (double)((i * 37 % 11) - 5))];
        double[] w = [.. Enumerable.Range(0, g.Taps).Select(i => (double)((i * 53 % 13) - 6))];
        double[] products = new double[plan.Products];
        foreach (MatrixRows part in plan.Parts)
        {
            for (int i = 0; i < part.Sources.Length; i++)
            {
                int sum = part.Sources[i];
                products[part.Targets[i / part.Taps.Length]] +=
                    sum < 0 ? 0 : Sum(plan.Spread[sum], x) * Sum(plan.TapSums[part.Taps[i % part.Taps.Length]], w);
            }
        }

        double[] expected = new double[targets];
        foreach (MatrixRows part in transposed ? MatrixRows.OfTransposedC(g) : MatrixRows.OfC(g))
        {
            for (int i = 0; i < part.Sources.Length; i++)
            {
                expected[part.Targets[i / part.Taps.Length]] +=
                    part.Sources[i] < 0 ? 0 : x[part.Sources[i]] * w[part.Taps[i % part.Taps.Length]];
            }
        }

        Assert.Equal(expected, plan.Collected.Select(sum => Sum(sum, products)));
        return 1;
    }

    private static WinogradPlan? OfC(ConvolutionGeometry g) =>
        WinogradPlan.For(g, KernelRegistry.Current, MatrixRows.OfC(g), WinogradPlan.OfC);

    private static WinogradPlan? OfTransposedC(ConvolutionGeometry g) =>
        WinogradPlan.For(g, KernelRegistry.Current, MatrixRows.OfTransposedC(g), WinogradPlan.OfTransposedC);

    private static double Sum(IReadOnlyList<Term> terms, double[] values) => terms.Sum(term => term.Factor * values[term.Index]);
}
