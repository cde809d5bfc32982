using System.Runtime.InteropServices;
using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Tests.Checkpoints;

namespace MiniGan.Tests.Modules;

[Collection("alone")]
public sealed class SelfAttention2DTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_position_takes_the_mean_of_the_pooled_values_weighted_by_their_keys()
    {
        // Keys 0 and 1, values 0 and 2, scores x · key.
        SelfAttention2D attention = Filled(new SelfAttention2D(1), gamma: 0.5f, theta: 1, phi: 1, g: 2, o: 3);
        Tensor x = Tensor.FromRowMajor(new Shape(1, 1, 2, 4), [0, -1, 1, 0, -2, 0, 0, 0]);
        float[] y = attention.Forward(x).ToRowMajor();
        Assert.All(y.Zip(x.ToRowMajor()), pair =>
            Assert.Equal(pair.Second + (0.5 * 3 * 2 / (1 + Math.Exp(-pair.Second))), pair.First, 1e-6));

        // One key in all: each position takes its value.
        x = Tensor.FromRowMajor(new Shape(1, 1, 2, 3), [1, 2, 9, 3, 4, 9]); // the last column does not fill a window
        Assert.Equal([13, 14, 21, 15, 16, 21], attention.Forward(x).ToRowMajor());
    }

    [Fact]
    public void Gamma_is_0_at_first_and_learns_first()
    {
        var attention = new SelfAttention2D(16);
        Tensor x = Values.Normal(new Shape(2, 16, 4, 5), "x");
        Assert.Equal(x.ToRowMajor(), attention.Forward(x).ToRowMajor());
        Assert.Equal(x.ToRowMajor(), attention.Backward(x).ToRowMajor());
        Assert.NotEqual(0, attention.Gamma.Gradient[0]);
        Assert.All(attention.Parameters.Skip(1), parameter => Assert.All(parameter.Gradient.ToRowMajor(), value => Assert.Equal(0, value)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void State_has_the_names_shapes_and_order_of_BigGANs(bool spectralNorm)
    {
        string[] Conv(string name, int to, int from) => spectralNorm
            ? [$"{name}.weight_orig [{to}, {from}, 1, 1]", $"{name}.weight_u [{to}]", $"{name}.weight_v [{from}]"]
            : [$"{name}.weight [{to}, {from}, 1, 1]"];
        var attention = new SelfAttention2D(20, spectralNorm);
        Assert.Equal(
            ["gamma [1]", .. Conv("theta", 2, 20), .. Conv("phi", 2, 20), .. Conv("g", 10, 20), .. Conv("o", 20, 10)],
            attention.State.Select(item => $"{item.Name} {item.Value.Shape}"));
        Assert.Same(attention.Gamma, attention.Parameters[0]);
        Assert.Equal(5, attention.Parameters.Count);
        Assert.Equal(spectralNorm ? "SelfAttention2D(20, spectral norm)" : "SelfAttention2D(20)", attention.ToString());
        Assert.True(attention.HasCurvature);
    }

    [Fact]
    public void What_is_saved_is_loaded()
    {
        Tensor x = Values.Normal(new Shape(2, 8, 4, 5), "x");
        SelfAttention2D attention = new(8, spectralNorm: true), other = new(8, spectralNorm: true);
        attention.Gamma.Value[0] = 0.7f;
        attention.Forward(x);
        attention.Save(folder["attention"]);
        other.Load(folder["attention"]);
        Assert.Equal(attention.Forward(x).ToRowMajor(), other.Forward(x).ToRowMajor());
    }

    /// <summary>As BigGAN-PyTorch's state_dict has it.</summary>
    [Fact]
    public void A_gamma_that_is_a_scalar_is_loaded()
    {
        const string Header = """
            {"gamma":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"g.weight":{"dtype":"F32","shape":[1,1,1,1],"data_offsets":[4,8]},
            "o.weight":{"dtype":"F32","shape":[1,1,1,1],"data_offsets":[8,12]},
            "phi.weight":{"dtype":"F32","shape":[1,1,1,1],"data_offsets":[12,16]},
            "theta.weight":{"dtype":"F32","shape":[1,1,1,1],"data_offsets":[16,20]}}
            """;
        string path = SafetensorsBytes.Write(folder["scalar"], Header, 20);
        byte[] bytes = File.ReadAllBytes(path);
        MemoryMarshal.AsBytes<float>([0.5f, 1, 2, 3, 4]).CopyTo(bytes.AsSpan(^20));
        File.WriteAllBytes(path, bytes);
        var attention = new SelfAttention2D(1);
        attention.Load(path);
        Assert.Equal([0.5f, 4, 3, 1, 2], attention.State.Select(item => item.Value[0]));
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SelfAttention2D(0));
        var attention = new SelfAttention2D(4);
        Assert.Throws<ArgumentNullException>(() => attention.Forward(null!));
        Assert.Throws<InvalidOperationException>(() => attention.DoubleBackward(new Tensor(new Shape(1, 4, 2, 2))));
        Assert.Contains(
            "H and W of at least 2", Assert.Throws<ArgumentException>(() => attention.Forward(new Tensor(new Shape(1, 4, 1, 1)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_batch_passes_through()
    {
        var attention = new SelfAttention2D(4, spectralNorm: true);
        Tensor none = new(new Shape(0, 4, 3, 5));
        Assert.Equal(none.Shape, attention.Forward(none).Shape);
        Assert.Equal(none.Shape, attention.Backward(none).Shape);
        Assert.Equal(none.Shape, attention.DoubleBackward(none).Shape);
        Assert.All(attention.Parameters, parameter => Assert.All(parameter.Gradient.ToRowMajor(), value => Assert.Equal(0, value)));
    }

    /// <summary>Also that images do not see each other: the batch makes no difference to any of them.</summary>
    [Fact]
    public void Images_are_by_themselves_and_of_any_size_in_turn()
    {
        SelfAttention2D used = Filled(new SelfAttention2D(8), 0.7f, 0.3f, -0.2f, 0.5f, 0.4f);
        foreach ((int height, int width) in new[] { (5, 4), (12, 11), (2, 9), (5, 4) })
        {
            Tensor x = Values.Normal(new Shape(3, 8, height, width), "x");
            Tensor dy = Values.Normal(x.Shape, "dy"), ddx = Values.Normal(x.Shape, "ddx");
            float[][] together = Passes(used, x, dy, ddx);
            for (int n = 0; n < 3; n++)
            {
                SelfAttention2D fresh = Filled(new SelfAttention2D(8), 0.7f, 0.3f, -0.2f, 0.5f, 0.4f);
                float[][] alone = Passes(fresh, Image(x, n), Image(dy, n), Image(ddx, n));
                Assert.All(together.Zip(alone), pair => Assert.Equal(
                    pair.Second, pair.First.AsSpan(n * pair.Second.Length, pair.Second.Length).ToArray()));
            }
        }

        static Tensor Image(Tensor batch, int n)
        {
            Shape s = batch.Shape;
            var image = new Tensor(new Shape(1, s.C, s.H, s.W));
            batch.Span.Slice(n * image.Shape.Count, image.Shape.Count).CopyTo(image.Span);
            return image;
        }
    }

    /// <summary>What a double backward leaves is added to the next backward, whatever of it is wanted, and a forward forgets it.</summary>
    [Fact]
    public void Curvature_goes_with_the_next_backward_only()
    {
        SelfAttention2D attention = Filled(new SelfAttention2D(8), 0.7f, 0.3f, -0.2f, 0.5f, 0.4f);
        Tensor x = Values.Normal(new Shape(2, 8, 4, 5), "x"), dy = Values.Normal(x.Shape, "dy"), zero = new(x.Shape);
        float[] all = Weights(Gradients.All), parameters = Weights(Gradients.Parameters);
        Assert.Equal(all, parameters);
        Assert.Contains(all, value => value != 0);

        attention.Forward(x);
        attention.Backward(dy);
        attention.DoubleBackward(dy);
        attention.Forward(x);
        Assert.All(attention.Backward(zero).ToRowMajor(), value => Assert.Equal(0, value));

        float[] Weights(Gradients wanted)
        {
            attention.Forward(x);
            attention.Backward(dy);
            attention.DoubleBackward(dy);
            attention.ZeroGradients();
            attention.Backward(zero, wanted);
            return [.. attention.Parameters.SelectMany(parameter => parameter.Gradient.ToRowMajor())];
        }
    }

    [Fact]
    public void The_threads_change_no_bit()
    {
        int before = Parallelism.Threads;
        try
        {
            float[][][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                Parallelism.Threads = threads;
                SelfAttention2D attention = Filled(new SelfAttention2D(16), 0.7f, 0.3f, -0.2f, 0.5f, 0.4f);
                Tensor x = Values.Normal(new Shape(5, 16, 13, 12), "x");
                return (float[][])[
                    .. Passes(attention, x, Values.Normal(x.Shape, "dy"), Values.Normal(x.Shape, "ddx")),
                    .. attention.Parameters.Select(parameter => parameter.Gradient.ToRowMajor())];
            })];
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Parallelism.Threads = before;
        }
    }

    private static float[][] Passes(SelfAttention2D attention, Tensor x, Tensor dy, Tensor ddx)
    {
        float[] y = attention.Forward(x).Span.ToArray(), dx = attention.Backward(dy).Span.ToArray();
        return [y, dx, attention.DoubleBackward(ddx).Span.ToArray(), attention.Backward(dy).Span.ToArray()];
    }

    private static SelfAttention2D Filled(SelfAttention2D attention, float gamma, float theta, float phi, float g, float o)
    {
        foreach ((Parameter parameter, float value) in attention.Parameters.Zip([gamma, theta, phi, g, o]))
        {
            if (parameter.Value.Shape.Count == 1)
            {
                parameter.Value[0] = value;
            }
            else
            {
                new RandomSource(1, parameter.Value.Shape.ToString()).FillNormal(parameter.Value.Span, value, 0.3f);
            }
        }

        return attention;
    }
}
