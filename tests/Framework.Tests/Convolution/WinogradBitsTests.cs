using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Tests.Convolution;

[Collection("alone")]
public sealed class WinogradBitsTests
{
    [Fact]
    public void The_bits_do_not_depend_on_the_threads_or_on_the_rest_of_the_batch()
    {
        ConvolutionGeometry g = ConvolutionGeometry.ForImage(new(4, 2, 1), 32, 72, 14, 10);
        Tensor image = Values.Normal(g.ImageShape(23), "x"), map = Values.Normal(g.MapShape(23), "y"),
            weight = Values.Normal(g.WeightShape, "w");
        var results = new List<float[]>();
        int threads = Parallelism.Threads;
        try
        {
            foreach (int count in new[] { 1, 2, 3 })
            {
                Parallelism.Threads = count;
                Tensor y = Values.Poisoned(g.MapShape(23)), x = Values.Poisoned(g.ImageShape(23)), gradient = new(g.WeightShape);
                var op = new ConvolutionOperator(g);
                op.Apply(image, weight, null, y);
                op.ApplyTransposed(map, weight, null, x);
                op.AccumulateWeightGradient(image, map, gradient);
                results.Add([.. y.ToRowMajor(), .. x.ToRowMajor(), .. gradient.ToRowMajor()]);
            }
        }
        finally
        {
            Parallelism.Threads = threads;
        }

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);

        // The last image by itself.
        Tensor last = new(g.ImageShape(1)), alone = Values.Poisoned(g.MapShape(1));
        image.Span[^last.Shape.Count..].CopyTo(last.Span);
        new ConvolutionOperator(g).Apply(last, weight, null, alone);
        Assert.Equal(results[0][(22 * alone.Shape.Count)..(23 * alone.Shape.Count)], alone.ToRowMajor());
    }
}
