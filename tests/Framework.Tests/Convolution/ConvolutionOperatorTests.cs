using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Tests.Convolution;

public sealed class ConvolutionOperatorTests
{
    [Theory]
    [MemberData(nameof(Geometries.WithKernels), MemberType = typeof(Geometries))]
    public void Apply_equals_the_direct_loops(string geometry, string kernels)
    {
        (ConvolutionOperator op, Tensor image, Tensor map, Tensor weight) = Make(geometry, kernels);
        Tensor y = Values.Poisoned(map.Shape);
        op.Apply(image, weight, null, y);
        AssertSame(DirectConvolution.Apply(op.Geometry, image, weight), y);
    }

    [Theory]
    [MemberData(nameof(Geometries.WithKernels), MemberType = typeof(Geometries))]
    public void ApplyTransposed_equals_the_direct_loops(string geometry, string kernels)
    {
        (ConvolutionOperator op, Tensor image, Tensor map, Tensor weight) = Make(geometry, kernels);
        Tensor x = Values.Poisoned(image.Shape);
        op.ApplyTransposed(map, weight, null, x);
        AssertSame(DirectConvolution.ApplyTransposed(op.Geometry, map, weight), x);
    }

    [Theory]
    [MemberData(nameof(Geometries.WithKernels), MemberType = typeof(Geometries))]
    public void AccumulateWeightGradient_adds_what_the_direct_loops_give(string geometry, string kernels)
    {
        (ConvolutionOperator op, Tensor image, Tensor map, Tensor weight) = Make(geometry, kernels);
        Tensor gradient = weight.Clone();
        op.AccumulateWeightGradient(image, map, gradient);
        op.AccumulateWeightGradient(image, map, gradient);
        double[,,,] expected = DirectConvolution.WeightGradient(op.Geometry, image, map);
        AssertSame(expected, gradient, (value, m, k, u, v) => weight[m, k, u, v] + (2 * value));
    }

    [Theory]
    [MemberData(nameof(Geometries.WithKernels), MemberType = typeof(Geometries))]
    public void Apply_and_ApplyTransposed_are_adjoint(string geometry, string kernels)
    {
        (ConvolutionOperator op, Tensor x, Tensor y, Tensor weight) = Make(geometry, kernels);
        Tensor cx = Values.Poisoned(y.Shape), cty = Values.Poisoned(x.Shape);
        op.Apply(x, weight, null, cx);
        op.ApplyTransposed(y, weight, null, cty);
        Assert.Equal(Values.Dot(cx, y), Values.Dot(x, cty));
    }

    [Theory]
    [MemberData(nameof(Geometries.WithKernels), MemberType = typeof(Geometries))]
    public void The_matrix_gives_all_three_products(string geometry, string kernels)
    {
        (ConvolutionOperator op, Tensor x, Tensor y, Tensor weight) = Make(geometry, kernels);
        ConvolutionGeometry g = op.Geometry;
        float[,] matrix = op.ToMatrix(weight);
        int height = g.MapChannels * g.MapPositions, width = g.ImageChannels * g.ImagePositions;
        Assert.Equal((height, width), (matrix.GetLength(0), matrix.GetLength(1)));
        Tensor cx = Values.Poisoned(y.Shape), cty = Values.Poisoned(x.Shape), gradient = new(weight.Shape);
        op.Apply(x, weight, null, cx);
        op.ApplyTransposed(y, weight, null, cty);
        op.AccumulateWeightGradient(x, y, gradient);
        float[] xs = x.ToRowMajor(), ys = y.ToRowMajor(), cxs = cx.ToRowMajor(), ctys = cty.ToRowMajor();
        for (int n = 0; n < x.Shape.N; n++)
        {
            for (int row = 0; row < height; row++)
            {
                double sum = 0;
                for (int column = 0; column < width; column++)
                {
                    sum += (double)matrix[row, column] * xs[(n * width) + column];
                }

                Assert.Equal(sum, cxs[(n * height) + row]);
            }

            for (int column = 0; column < width; column++)
            {
                double sum = 0;
                for (int row = 0; row < height; row++)
                {
                    sum += (double)matrix[row, column] * ys[(n * height) + row];
                }

                Assert.Equal(sum, ctys[(n * width) + column]);
            }
        }

        // C is linear in the weights, so ⟨y, C(w) x⟩ = ⟨dW, w⟩.
        Assert.Equal(Values.Dot(cx, y), Values.Dot(gradient, weight));
    }

    [Theory]
    [MemberData(nameof(Geometries.WithKernels), MemberType = typeof(Geometries))]
    public void The_bias_is_added_to_every_position(string geometry, string kernels)
    {
        (ConvolutionOperator op, Tensor image, Tensor map, Tensor weight) = Make(geometry, kernels);
        Tensor mapBias = Values.OnGrid(new Shape(op.Geometry.MapChannels), "map bias");
        Tensor imageBias = Values.OnGrid(new Shape(op.Geometry.ImageChannels), "image bias");
        Tensor y = Values.Poisoned(map.Shape), x = Values.Poisoned(image.Shape);
        op.Apply(image, weight, mapBias, y);
        op.ApplyTransposed(map, weight, imageBias, x);
        AssertSame(DirectConvolution.Apply(op.Geometry, image, weight), y, (value, _, m, _, _) => value + mapBias[m]);
        AssertSame(DirectConvolution.ApplyTransposed(op.Geometry, map, weight), x, (value, _, c, _, _) => value + imageBias[c]);
    }

    [Theory]
    [MemberData(nameof(Geometries.WithKernels), MemberType = typeof(Geometries))]
    public void A_weight_that_changes_in_place_is_seen_at_once(string geometry, string kernels)
    {
        (ConvolutionOperator op, Tensor image, Tensor map, Tensor weight) = Make(geometry, kernels);
        foreach (int changed in new[] { 0, weight.Shape.Count / 2, weight.Shape.Count - 1 })
        {
            op.Apply(image, weight, null, Values.Poisoned(map.Shape));
            op.ApplyTransposed(map, weight, null, Values.Poisoned(image.Shape));
            weight.Span[changed] += 3;
            Tensor y = Values.Poisoned(map.Shape), x = Values.Poisoned(image.Shape);
            op.Apply(image, weight, null, y);
            op.ApplyTransposed(map, weight, null, x);
            AssertSame(DirectConvolution.Apply(op.Geometry, image, weight), y);
            AssertSame(DirectConvolution.ApplyTransposed(op.Geometry, map, weight), x);
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(32, 40)]
    public void An_operator_can_be_used_again_with_another_batch(int imageChannels, int mapChannels)
    {
        var op = new ConvolutionOperator(ConvolutionGeometry.ForImage(new ConvolutionWindow(4, 2, 1), imageChannels, mapChannels, 6, 8));
        Tensor weight = Values.OnGrid(op.Geometry.WeightShape, "w");
        foreach (int batch in new[] { 3, 1, 19, 0, 2 })
        {
            Tensor image = Values.OnGrid(op.Geometry.ImageShape(batch), "x"), map = Values.OnGrid(op.Geometry.MapShape(batch), "y");
            Tensor y = Values.Poisoned(map.Shape), x = Values.Poisoned(image.Shape), gradient = new(weight.Shape);
            op.Apply(image, weight, null, y);
            op.ApplyTransposed(map, weight, null, x);
            op.AccumulateWeightGradient(image, map, gradient);
            AssertSame(DirectConvolution.Apply(op.Geometry, image, weight), y);
            AssertSame(DirectConvolution.ApplyTransposed(op.Geometry, map, weight), x);
            AssertSame(DirectConvolution.WeightGradient(op.Geometry, image, map), gradient);
        }
    }

    [Fact]
    public void So_can_one_of_a_single_position()
    {
        var op = new ConvolutionOperator(ConvolutionGeometry.ForImage(new ConvolutionWindow(1), 70, 41, 1, 1));
        Tensor weight = Values.OnGrid(op.Geometry.WeightShape, "w");
        foreach (int batch in new[] { 3, 129, 0, 1, 64 })
        {
            Tensor image = Values.OnGrid(op.Geometry.ImageShape(batch), "x"), map = Values.OnGrid(op.Geometry.MapShape(batch), "y");
            Tensor y = Values.Poisoned(map.Shape), x = Values.Poisoned(image.Shape);
            op.Apply(image, weight, null, y);
            op.ApplyTransposed(map, weight, null, x);
            AssertSame(DirectConvolution.Apply(op.Geometry, image, weight), y);
            AssertSame(DirectConvolution.ApplyTransposed(op.Geometry, map, weight), x);
        }
    }

    [Theory]
    [MemberData(nameof(Geometries.WithKernels), MemberType = typeof(Geometries))]
    public unsafe void Nothing_is_written_behind_the_end_of_a_result_or_into_an_operand(string geometry, string kernels)
    {
        (ConvolutionOperator op, Tensor image, Tensor map, Tensor weight) = Make(geometry, kernels);
        Tensor y = new(map.Shape), x = new(image.Shape), gradient = new(weight.Shape);
        Tensor[] operands = [image, map, weight], results = [y, x, gradient];
        float[][] before = [.. operands.Select(operand => operand.ToRowMajor())];
        foreach (Tensor tensor in (Tensor[])[.. operands, .. results])
        {
            // The tail may be read, so that it must not matter what is in it.
            new Span<float>(tensor.Pointer + tensor.Shape.Count, Tensor.ReadableTail).Fill(float.NaN);
        }

        op.Apply(image, weight, null, y);
        op.ApplyTransposed(map, weight, null, x);
        op.AccumulateWeightGradient(image, map, gradient);
        Assert.Equal(before, operands.Select(operand => operand.ToRowMajor()));
        foreach (Tensor result in results)
        {
            Assert.All(result.ToRowMajor(), value => Assert.True(float.IsFinite(value)));
            Assert.All(
                new Span<float>(result.Pointer + result.Shape.Count, Tensor.ReadableTail).ToArray(),
                value => Assert.True(float.IsNaN(value)));
        }
    }

    [Fact]
    public void Strides_far_beyond_the_image_are_no_trouble()
    {
        var op = new ConvolutionOperator(ConvolutionGeometry.ForImage(new ConvolutionWindow(1, 65536), 16, 16, 1, 1));
        Tensor weight = Values.OnGrid(op.Geometry.WeightShape, "w"), map = Values.OnGrid(op.Geometry.MapShape(1), "y"),
            x = Values.Poisoned(op.Geometry.ImageShape(1));
        op.ApplyTransposed(map, weight, null, x);
        AssertSame(DirectConvolution.ApplyTransposed(op.Geometry, map, weight), x);
    }

    private static (ConvolutionOperator Operator, Tensor Image, Tensor Map, Tensor Weight) Make(string geometry, string kernels)
    {
        (int batch, ConvolutionGeometry g) = Geometries.Get(geometry);
        return (new ConvolutionOperator(g, KernelRegistry.Select(kernels)),
            Values.OnGrid(g.ImageShape(batch), "image"), Values.OnGrid(g.MapShape(batch), "map"), Values.OnGrid(g.WeightShape, "weight"));
    }

    private static void AssertSame(double[,,,] expected, Tensor actual, Func<double, int, int, int, int, double>? map = null)
    {
        Assert.Equal(new Shape(expected.GetLength(0), expected.GetLength(1), expected.GetLength(2), expected.GetLength(3)), actual.Shape);
        for (int a = 0; a < actual.Shape.N; a++)
        {
            for (int b = 0; b < actual.Shape.C; b++)
            {
                for (int c = 0; c < actual.Shape.H; c++)
                {
                    for (int d = 0; d < actual.Shape.W; d++)
                    {
                        double value = map is null ? expected[a, b, c, d] : map(expected[a, b, c, d], a, b, c, d);
                        Assert.True(value == actual[a, b, c, d], $"({a}, {b}, {c}, {d}): expected {value}, got {actual[a, b, c, d]}");
                    }
                }
            }
        }
    }
}
