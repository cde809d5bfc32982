using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>An enlargement and a convolution computed together, against the two one by one; all values are exact sums.</summary>
public sealed class UpsampledConvolutionTests
{
    [Theory]
    [InlineData(3, 5, 4, 3, true)]
    [InlineData(1, 1, 1, 2, false)]
    [InlineData(32, 40, 3, 5, true)]
    [InlineData(70, 33, 2, 3, false)]
    [InlineData(16, 3, 7, 4, true)]
    public void A_chain_computes_what_its_modules_do(int from, int to, int height, int width, bool bias)
    {
        (Module[] apart, Sequential chain) = (Chain(from, to, bias), [.. Chain(from, to, bias)]);
        Assert.IsType<UpsampledConvolution>(apart[1].FusedWith(apart[2]));
        for (int round = 0; round < 3; round++)
        {
            // Another size in the last round, in inference mode.
            bool isTraining = round < 2;
            Array.ForEach(apart, module => module.SetTraining(isTraining));
            chain.SetTraining(isTraining);
            int h = isTraining ? height : height + 1;
            Tensor x = Values.OnGrid(new Shape(3, from, h, width), $"x{round}"), ddx = Values.OnGrid(x.Shape, $"ddx{round}"), y = x;
            Array.ForEach(apart, module => y = module.Forward(y));
            Tensor dy = Values.OnGrid(y.Shape, $"dy{round}"), dx = dy, ddy = ddx;
            Assert.Equal(y.ToRowMajor(), chain.Forward(x).ToRowMajor());
            foreach (Module module in apart.Reverse())
            {
                dx = module.Backward(dx);
            }

            Assert.Equal(dx.ToRowMajor(), chain.Backward(dy).ToRowMajor());
            Assert.Equal(GradientsOf(apart), GradientsOf(chain));
            Array.ForEach(apart, module => ddy = module.DoubleBackward(ddy));
            Assert.Equal(ddy.ToRowMajor(), chain.DoubleBackward(ddx).ToRowMajor());
            Assert.Equal(GradientsOf(apart), GradientsOf(chain));
        }
    }

    [Fact]
    public void Gradients_that_are_not_wanted_stay_as_they_are()
    {
        Sequential chain = [.. Chain(3, 4, true)];
        Tensor y = chain.Forward(Values.OnGrid(new Shape(2, 3, 2, 3), "x")), dy = Values.OnGrid(y.Shape, "dy");
        chain.Backward(dy, MiniGan.Modules.Gradients.Input);
        Assert.All(GradientsOf(chain), value => Assert.Equal(0, value));
        Sequential first = [new Upsample2D(2), new Conv2D(3, 4, 3, padding: 1)];
        y = first.Forward(Values.OnGrid(new Shape(2, 3, 2, 3), "x"));
        Assert.Same(Module.NoGradient, first.Backward(y.Clone(), MiniGan.Modules.Gradients.Parameters));
    }

    /// <summary>What it returns in inference mode is the caller's, also where it trained before.</summary>
    [Fact]
    public void It_follows_the_mode_of_its_modules()
    {
        Sequential chain = [.. Chain(3, 4, true)[1..3]];
        Tensor x = Values.OnGrid(new Shape(2, 3, 2, 3), "x"), y = chain.Forward(x), dy = Values.OnGrid(y.Shape, "dy");
        Assert.Same(y, chain.Forward(x));
        Assert.Same(chain.Backward(dy), chain.Backward(dy));
        chain.SetTraining(false);
        Assert.NotSame(chain.Backward(dy), chain.Backward(dy));
        Assert.NotSame(chain.DoubleBackward(x), chain.DoubleBackward(x));
        Assert.NotSame(chain.Forward(x), chain.Forward(x));
        Assert.Throws<InvalidOperationException>(() => chain.DoubleBackward(x)); // the last Backward was before the Forward
    }

    /// <summary>Weights that change between two steps are seen.</summary>
    [Fact]
    public void It_has_the_convolutions_weights()
    {
        var convolution = new Conv2D(1, 1, 3, padding: 1, bias: false);
        Sequential chain = [new Upsample2D(2), convolution];
        var x = Tensor.FromRowMajor(new Shape(1, 1, 1, 1), [1]);
        convolution.Weight.Value.Span.Clear();
        Assert.Equal([0, 0, 0, 0], chain.Forward(x).ToRowMajor());
        convolution.Weight.Value[0, 0, 0, 2] = 3;
        Assert.Equal([0, 0, 3, 0], chain.Forward(x).ToRowMajor());
        Assert.Equal([convolution.Weight], chain.Parameters);
    }

    [Fact]
    public void Other_pairs_are_not_computed_together()
    {
        var convolution = new Conv2D(2, 3, 3, padding: 1);
        Assert.All(
            new (Module, Module)[]
            {
                (new Upsample2D(2, UpsampleMode.Bilinear), convolution), (new Upsample2D((2, 1)), convolution),
                (new Upsample2D(3), convolution), (Upsample2D.To(4), convolution), (new Upsample2D(2), new Conv2D(2, 3, 3)),
                (new Upsample2D(2), new Conv2D(2, 3, (3, 1), padding: 1)), (new Upsample2D(2), new Conv2D(2, 3, 3, 2, padding: 1)),
                (new Upsample2D(2), new Conv2D(2, 3, 3, padding: Padding.Explicit(1, 0, 1, 2))),
                (new Upsample2D(2), new Conv2D(2, 4, 3, padding: 1, groups: 2)),
                (new Upsample2D(2), new Conv2D(2, 3, 3, padding: 1, dilation: 2)), (new Upsample2D(2), new SpectralNorm(convolution)),
                (convolution, new Upsample2D(2)), (new Upsample2D(2), new ReLU()),
            },
            pair => Assert.Null(pair.Item1.FusedWith(pair.Item2)));
    }

    [Fact]
    public void Wrong_channels_are_told_with_their_place()
    {
        Sequential chain = [new ReLU(), new Upsample2D(2), new Conv2D(2, 3, 3, padding: 1)];
        ArgumentException error = Assert.Throws<ArgumentException>(() => chain.Forward(new Tensor(new Shape(1, 4, 2, 2))));
        Assert.StartsWith("Sequential[1] Upsample2D(2, Nearest), Conv2D(2 → 3, ", error.Message, StringComparison.Ordinal);
        Assert.Contains("[N, 2, H, W], but got [1, 4, 2, 2]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => chain.Forward(new Tensor(new Shape(1, 2))));
        Assert.Throws<InvalidOperationException>(() => chain.Backward(new Tensor(new Shape(1, 3, 4, 4))));
    }

    /// <summary>A rectifier on either side, which a chain computes in place.</summary>
    private static Module[] Chain(int from, int to, bool bias)
    {
        Module[] chain = [new LeakyReLU(0.5f), new Upsample2D(2), new Conv2D(from, to, 3, padding: 1, bias: bias), new LeakyReLU(0.25f)];
        foreach (Parameter parameter in chain[2].Parameters)
        {
            Values.OnGrid(parameter.Value.Shape, parameter.Name).Span.CopyTo(parameter.Value.Span);
        }

        return chain;
    }

    private static float[] GradientsOf(IEnumerable<Module> modules) =>
        [.. modules.SelectMany(module => module.Parameters).SelectMany(parameter => parameter.Gradient.ToRowMajor())];
}
