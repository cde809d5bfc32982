using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Norms by hand; what they do with many numbers is in GradientTests and against TorchSharp.</summary>
public sealed class NormTests
{
    // Two images of four channels of 1×2 pixels. Of the first: 1, 3 | 5, 7 | 0, 0 | 2, 2; of the second all is 10 more.
    private static readonly Tensor X = Tensor.FromRowMajor(
        new Shape(2, 4, 1, 2), [1, 3, 5, 7, 0, 0, 2, 2, 11, 13, 15, 17, 10, 10, 12, 12]);

    [Fact]
    public void A_group_is_standardised_by_itself()
    {
        var norm = new GroupNorm(2, 4, epsilon: 1e-12);
        norm.Weight!.Value.CopyFromRowMajor([1, 2, 3, 4]);
        norm.Bias!.Value.CopyFromRowMajor([0, 100, 0, 50]);
        float[] y = norm.Forward(X).ToRowMajor();
        float root = MathF.Sqrt(5); // 1, 3, 5, 7: mean 4, variance 5; 0, 0, 2, 2: mean 1, variance 1
        float[] expected = [-3 / root, -1 / root, 100 + (2 / root), 100 + (6 / root), -3, -3, 54, 54];
        AssertClose([.. expected, .. expected], y);
    }

    [Fact]
    public void An_instance_is_a_channel_of_an_image()
    {
        AssertClose(
            [-1, 1, -1, 1, 0, 0, 0, 0, -1, 1, -1, 1, 0, 0, 0, 0], new InstanceNorm2D(4, epsilon: 1e-12).Forward(X).ToRowMajor());
        Assert.Empty(new InstanceNorm2D(4).Parameters);
        Assert.Equal(["weight", "bias"], new InstanceNorm2D(4, affine: true).State.Select(tensor => tensor.Name));
    }

    [Fact]
    public void A_layer_is_all_of_an_image_with_factors_per_element_in_PyTorchs_order()
    {
        // 1, 3, 5, 7, 0, 0, 2, 2: mean 2.5, variance 42 / 8.
        var norm = new LayerNorm(epsilon: 1e-12, affine: true, 4, 1, 2);
        Assert.Equal(new Shape(4, 1, 2), norm.Weight!.Value.Shape);
        float[] factors = [1, 2, 3, 4, 5, 6, 7, 8], offsets = [0, 0, 0, 0, 0, 0, 0, 9];
        norm.Weight.Value.CopyFromRowMajor(factors);
        norm.Bias!.Value.CopyFromRowMajor(offsets);
        float deviation = MathF.Sqrt(42 / 8f);
        float[] values = [-1.5f, 0.5f, 2.5f, 4.5f, -2.5f, -2.5f, -0.5f, -0.5f];
        float[] expected = [.. values.Select((value, i) => (value / deviation * factors[i]) + offsets[i])];
        AssertClose([.. expected, .. expected], norm.Forward(X).ToRowMajor());

        norm.Backward(X);
        AssertClose(
            [.. values.Select((value, i) => value / deviation * (X.ToRowMajor()[i] + X.ToRowMajor()[i + 8]))],
            norm.Weight.Gradient.ToRowMajor());
        AssertClose([12, 16, 20, 24, 10, 10, 14, 14], norm.Bias.Gradient.ToRowMajor());
    }

    [Fact]
    public void A_pixel_is_divided_by_its_root_mean_square()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 2, 1, 2), [3, 0, 4, 0]);
        float root = MathF.Sqrt(12.5f);
        AssertClose([3 / root, 0, 4 / root, 0], new PixelNorm().Forward(x).ToRowMajor());
    }

    /// <summary>After three batches, the means of their means and of their unbiased variances.</summary>
    [Fact]
    public void Without_a_momentum_the_running_statistics_are_means_of_all_batches()
    {
        var norm = new BatchNorm2D(1, momentum: null, affine: false);
        Assert.Equal(["running_mean", "running_var", "num_batches_tracked"], norm.State.Select(tensor => tensor.Name));
        foreach (float[] batch in new float[][] { [0, 2], [6, 6], [9, 13] })
        {
            norm.Forward(Tensor.FromRowMajor(new Shape(2, 1, 1, 1), batch));
        }

        Assert.Equal(6, norm.RunningMean[0], 1e-6f); // 1, 6, 11
        Assert.Equal(10 / 3f, norm.RunningVariance[0], 1e-6f); // 2, 0, 8
        Assert.Equal(3, norm.State[2].Value[0]);
        norm.SetTraining(false);
        Assert.Equal((9 - 6) / Math.Sqrt((10 / 3.0) + 1e-5), norm.Forward(Tensor.FromRowMajor(new Shape(1, 1, 1, 1), [9]))[0], 1e-6);
        Assert.Equal(3, norm.State[2].Value[0]);
    }

    [Fact]
    public void Each_class_has_factors_of_its_own()
    {
        var norm = new ConditionalBatchNorm2D(1, 3, epsilon: 1e-12);
        Assert.Equal(["bn.running_mean", "bn.running_var", "embed.weight"], norm.State.Select(tensor => tensor.Name));
        var embedding = (Embedding)norm.Children[1];
        Assert.Equal([1, 0, 1, 0, 1, 0], embedding.Weight.Value.ToRowMajor());
        embedding.Weight.Value.CopyFromRowMajor([2, 10, 3, 20, 4, 30]);
        embedding.SetLabels([2, 0]);
        Tensor x = Tensor.FromRowMajor(new Shape(2, 1, 1, 2), [1, 3, 5, 7]);
        float third = 1 / MathF.Sqrt(5);
        AssertClose([30 - (12 * third), 30 - (4 * third), 10 + (2 * third), 10 + (6 * third)], norm.Forward(x).ToRowMajor());
        norm.Backward(Tensor.FromRowMajor(new Shape(2, 1, 1, 2), [1, 1, 1, 0]));
        AssertClose([third, 1, 0, 0, -4 * third, 2], embedding.Weight.Gradient.ToRowMajor());
        Assert.Contains(
            "BatchNorm2D has no DoubleBackward",
            Assert.Throws<NotSupportedException>(() => norm.DoubleBackward(x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_embedding_is_a_row_per_label_and_depends_on_no_input()
    {
        var embedding = new Embedding(3, 2);
        embedding.Weight.Value.CopyFromRowMajor([1, 2, 3, 4, 5, 6]);
        embedding.SetLabels([2, 0, 2]);
        Tensor x = new(new Shape(3, 1, 2, 2));
        Assert.Equal([5, 6, 1, 2, 5, 6], embedding.Forward(x).ToRowMajor());
        Tensor dx = embedding.Backward(Tensor.FromRowMajor(new Shape(3, 2), [1, 2, 3, 4, 5, 6]));
        Assert.Equal(x.Shape, dx.Shape);
        Assert.All(dx.ToRowMajor(), value => Assert.Equal(0, value));
        Assert.Equal([3, 4, 0, 0, 6, 8], embedding.Weight.Gradient.ToRowMajor());
        embedding.SetLabels([0, 1, 1]);
        Assert.Throws<InvalidOperationException>(() => embedding.Backward(new Tensor(new Shape(3, 2))));
        Assert.Throws<ArgumentException>(() => embedding.SetLabels([3]));

        // ~ N(0, 1), and no initialiser's.
        var many = new Embedding(200, 50);
        Assert.InRange(many.Weight.Value.ToRowMajor().Average(value => value * value), 0.95, 1.05);
        float[] before = many.Weight.Value.ToRowMajor();
        Initializers.Dcgan(new Sequential(new SpectralNorm(new Embedding(2, 2)), many), new RandomSource(1, "w"));
        Initializers.Default(many, new RandomSource(1, "w"));
        Assert.Equal(before, many.Weight.Value.ToRowMajor());
    }

    [Fact]
    public void A_projection_adds_the_product_with_the_labels_vector()
    {
        var logit = new ProjectionLogit(2, 3);
        Assert.Equal(["linear.weight", "linear.bias", "embedding.weight"], logit.State.Select(tensor => tensor.Name));
        logit.Parameters[0].Value.CopyFromRowMajor([1, 10]);
        logit.Parameters[1].Value.CopyFromRowMajor([0.5f]);
        logit.Parameters[2].Value.CopyFromRowMajor([1, 0, 0, 1, 2, 2]);
        ((Embedding)logit.Children[1]).SetLabels([2, 1]);
        Assert.Equal(
            [3 + 40 + 0.5f + 14, 5 + 60 + 0.5f + 6], logit.Forward(Tensor.FromRowMajor(new Shape(2, 2), [3, 4, 5, 6])).ToRowMajor());
        Assert.Equal(
            ["linear.bias", "linear.weight_orig", "linear.weight_u", "linear.weight_v"],
            new ProjectionLogit(2, 3, spectralNorm: true).State.Take(4).Select(tensor => tensor.Name));
        Assert.Equal("embedding.weight_orig", new ProjectionLogit(2, 3, spectralNorm: true).State[4].Name);

        var wrong = new ProjectionLogit(new Linear(2, 1), new Embedding(3, 4));
        ((Embedding)wrong.Children[1]).SetLabels([0]);
        Assert.Contains(
            "its embedding [1, 4]", Assert.Throws<ArgumentException>(() => wrong.Forward(new Tensor(new Shape(1, 2)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Norms_keep_their_precision_far_from_zero()
    {
        Tensor x = Values.Normal(new Shape(2, 8, 64, 64), "x");
        System.Numerics.Tensors.TensorPrimitives.Add(x.Span, 1000, x.Span);
        foreach (Module norm in new Module[] { new GroupNorm(2, 8), new InstanceNorm2D(8), new LayerNorm(8, 64, 64) })
        {
            float[] y = norm.Forward(x).ToRowMajor();
            Assert.InRange(y.Average(value => (double)value * value), 0.999, 1.001);
            Assert.InRange(Math.Abs(y.Average()), 0, 1e-4);
        }
    }

    /// <summary>Squares of 10²⁰ are no float32: what comes out must not look as if nothing had gone in.</summary>
    [Fact]
    public void What_is_too_large_is_normalised_or_shows()
    {
        Tensor x = Values.Normal(new Shape(2, 4, 3, 3), "x"), infinite = Values.Normal(x.Shape, "x");
        System.Numerics.Tensors.TensorPrimitives.Multiply(x.Span, 1e20f, x.Span);
        infinite.Span[5] = float.PositiveInfinity;
        foreach (Module norm in new Module[] { new GroupNorm(2, 4), new InstanceNorm2D(4), new LayerNorm(4, 3, 3), new PixelNorm() })
        {
            Assert.InRange(norm.Forward(x).ToRowMajor().Average(value => (double)value * value), 0.99, 1.01);
            Assert.Contains(norm.Forward(infinite).ToRowMajor(), value => !float.IsFinite(value));
        }

        var batch = new BatchNorm2D(4);
        Assert.All(batch.Forward(x).ToRowMajor(), value => Assert.False(float.IsFinite(value)));
        batch.SetTraining(false);
        Assert.All(batch.Forward(infinite).ToRowMajor(), value => Assert.False(float.IsFinite(value)));
    }

    [Fact]
    public void A_conditional_norm_has_the_settings_of_a_batch_norm()
    {
        var norm = new ConditionalBatchNorm2D(1, 2, epsilon: 3, momentum: 1);
        ((Embedding)norm.Children[1]).SetLabels([0, 0]);
        Tensor x = Tensor.FromRowMajor(new Shape(2, 1, 1, 1), [1, 3]);
        AssertClose([-0.5f, 0.5f], norm.Forward(x).ToRowMajor()); // ±1 / √(1 + 3)
        Assert.Equal(2, norm.State[0].Value[0]);
        Assert.Equal(2, norm.State[1].Value[0]); // unbiased
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        int before = Parallelism.Threads;
        try
        {
            float[][] results = [.. new[] { 1, 2, 5 }.Select(threads =>
            {
                Parallelism.Threads = threads;
                return new Module[] { new GroupNorm(3, 6), new LayerNorm(6, 5, 40), new PixelNorm(), new PReLU(6), new GELU() }
                    .SelectMany(Results).ToArray();
            })];
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Parallelism.Threads = before;
        }

        static IEnumerable<float> Results(Module module)
        {
            Tensor x = Values.Normal(new Shape(17, 6, 5, 40), "x"), dy = Values.Normal(x.Shape, "dy"), q = Values.Normal(x.Shape, "q");
            module.Forward(x);
            module.Backward(dy);
            float[] ddy = module.DoubleBackward(q).ToRowMajor();
            return [.. ddy, .. module.Backward(dy).ToRowMajor(), .. module.Parameters.SelectMany(p => p.Gradient.ToRowMajor())];
        }
    }

    [Fact]
    public void The_normal_distribution_has_the_values_of_tables()
    {
        // Φ of −8, −3, −1, 0, 0.5, 1, 2, 6: Abramowitz and Stegun, table 26.1, and the complementary error function.
        float[] x = [-8, -3, -1, 0, 0.5f, 1, 2, 6, float.NegativeInfinity], y = new float[9];
        ElementMap<GaussianCdf>.Apply(x, y);
        double[] expected = [6.22096e-16, 0.00134989803, 0.158655254, 0.5, 0.691462461, 0.841344746, 0.977249868, 0.999999999, 0];
        Assert.All(expected.Zip(y), pair => Assert.InRange(pair.Second, pair.First * (1 - 5e-6), pair.First * (1 + 5e-6)));
        Assert.True(float.IsNaN(new GELU().Forward(Tensor.FromRowMajor(new Shape(1), [float.NaN]))[0]));
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new GroupNorm(2, 3));
        Assert.Throws<ArgumentException>(() => new GroupNorm(0, 3));
        Assert.Throws<ArgumentException>(() => new GroupNorm(1, 0));
        Assert.Throws<ArgumentException>(() => new GroupNorm(1, 3, epsilon: 0));
        Assert.Throws<ArgumentException>(() => new InstanceNorm2D(0));
        Assert.Throws<ArgumentException>(() => new LayerNorm());
        Assert.Throws<ArgumentException>(() => new LayerNorm(1, 2, 3, 4));
        Assert.Throws<ArgumentException>(() => new LayerNorm(3, 0));
        Assert.Throws<ArgumentException>(() => new LayerNorm(1, 1));
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(3, double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => new LayerNorm(double.NaN, true, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PixelNorm(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ELU(0));
        Assert.Throws<ArgumentException>(() => new PReLU(0));
        Assert.Throws<ArgumentException>(() => new PReLU(1, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(1, 0));
        Assert.Throws<ArgumentException>(() => new ConditionalBatchNorm2D(0, 3));
        Assert.Throws<ArgumentException>(() => new ConditionalBatchNorm2D(2, 0));
        Assert.Throws<ArgumentException>(() => new ProjectionLogit(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProjectionLogit(2, 0));
        Assert.Throws<ArgumentException>(() => new ProjectionLogit(new Linear(2, 1), null!));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * (1 + Math.Abs(pair.First))));
    }
}
