using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Optimizers;

/// <summary>Alone, since it sets the number of threads and counts garbage.</summary>
[Collection("alone")]
public sealed class GradientClippingTests
{
    [Fact]
    public void Gradients_with_too_large_a_norm_are_scaled_together()
    {
        Parameter[] parameters = [new("weight", new Shape(1, 2)), new("bias", new Shape(1))];
        parameters[0].Gradient.CopyFromRowMajor([2, -3]);
        parameters[1].Gradient.CopyFromRowMajor([6]);
        var clipping = new GradientClipping(parameters, maxNorm: 3.5);
        Assert.Equal(3.5, clipping.MaxNorm);
        Assert.Equal(7, clipping.Clip()); // √(4 + 9 + 36), as it was before
        Assert.Equal([1, -1.5f], parameters[0].Gradient.ToRowMajor(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(3, parameters[1].Gradient[0], 1e-6);
    }

    [Fact]
    public void A_norm_that_is_small_enough_changes_no_bit()
    {
        Parameter parameter = Of(3, -4);
        Assert.Equal(5, new GradientClipping([parameter], 5.1).Clip());
        Assert.Equal([3, -4], parameter.Gradient.ToRowMajor());
    }

    /// <summary>max / (|g| + 10⁻⁶) is 1/2 at |g| = max = 10⁻⁶.</summary>
    [Fact]
    public void A_millionth_is_added_to_the_norm()
    {
        Parameter parameter = Of(1e-6f);
        Assert.Equal(1e-6, new GradientClipping([parameter], 1e-6).Clip(), 1e-12);
        Assert.Equal(0.5e-6, parameter.Gradient[0], 1e-12);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Gradients_that_are_not_finite_stay_and_so_does_their_norm(float value)
    {
        Parameter parameter = Of(100, value, 7);
        Assert.False(double.IsFinite(new GradientClipping([parameter], 1).Clip()));
        Assert.Equal([100, value, 7], parameter.Gradient.ToRowMajor());
    }

    /// <summary>Squares that float32 could not hold.</summary>
    [Fact]
    public void The_largest_gradients_have_a_finite_norm()
    {
        Parameter parameter = Of([.. Enumerable.Repeat(float.MaxValue, 20)]);
        double norm = new GradientClipping([parameter], 2).Clip();
        Assert.Equal(1, norm / (float.MaxValue * Math.Sqrt(20)), 1e-12);
        Assert.All(parameter.Gradient.ToRowMajor(), value => Assert.Equal(2 / Math.Sqrt(20), value, 1e-6));
    }

    /// <summary>Sizes around the eight lanes and the chunks of 4,096; on a grid whose squares float64 adds up without rounding.</summary>
    [Fact]
    public void Each_element_of_each_parameter_counts_once()
    {
        foreach (int count in (int[])[1, 7, 8, 9, 15, 17, 4095, 4096, 4097, 8192, 8195])
        {
            Parameter[] parameters = [new("a", new Shape(count)), new("empty", new Shape(0)), new("b", new Shape(5))];
            foreach (Parameter parameter in parameters)
            {
                Values.OnGrid(parameter.Value.Shape, $"{parameter.Name} {count}").Span.CopyTo(parameter.Gradient.Span);
            }

            float[] before = [.. parameters.SelectMany(parameter => parameter.Gradient.ToRowMajor())];
            double norm = new GradientClipping(parameters, 0.25).Clip();
            Assert.Equal(Math.Sqrt(before.Sum(value => (double)value * value)), norm);
            float factor = (float)(0.25 / (norm + 1e-6));
            Assert.Equal(
                before.Select(value => value * factor), parameters.SelectMany(parameter => parameter.Gradient.ToRowMajor()));
        }
    }

    [Fact]
    public void The_threads_change_no_bit()
    {
        int before = Parallelism.Threads;
        try
        {
            (double Norm, float[] Gradients)[] results = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                Parallelism.Threads = threads;
                var parameter = new Parameter("weight", new Shape(3, 5, 19, 47));
                Values.Normal(parameter.Value.Shape, "g").Span.CopyTo(parameter.Gradient.Span);
                return (new GradientClipping([parameter], 1).Clip(), parameter.Gradient.ToRowMajor());
            })];
            Assert.All(results, result => Assert.Equal(results[0].Norm, result.Norm));
            Assert.All(results, result => Assert.Equal(results[0].Gradients, result.Gradients));
        }
        finally
        {
            Parallelism.Threads = before;
        }
    }

    [Fact]
    public void Warm_clipping_allocates_next_to_nothing()
    {
        var parameter = new Parameter("weight", new Shape(13395));
        var clipping = new GradientClipping([parameter], 1);
        Garbage.NoneWhenWarm(() =>
        {
            parameter.Gradient.Span.Fill(1);
            clipping.Clip();
        });
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Parameter parameter = Of(1);
        Assert.Throws<ArgumentNullException>(() => new GradientClipping(null!, 1));
        Assert.Throws<ArgumentException>(() => new GradientClipping([parameter, null!], 1));
        Assert.Throws<ArgumentException>(() => new GradientClipping([parameter, parameter], 1));
        Assert.All(new[] { 0, -1, double.NaN, double.PositiveInfinity }, norm =>
            Assert.Throws<ArgumentOutOfRangeException>("maxNorm", () => new GradientClipping([parameter], norm)));
        Assert.Equal(0, new GradientClipping([], 1).Clip());
    }

    private static Parameter Of(params float[] gradient)
    {
        var parameter = new Parameter("weight", new Shape(gradient.Length));
        parameter.Gradient.CopyFromRowMajor(gradient);
        return parameter;
    }
}
