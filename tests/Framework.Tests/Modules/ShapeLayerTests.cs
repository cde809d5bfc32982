using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Layers that move, copy, sum or join, by hand.</summary>
public sealed class ShapeLayerTests
{
    [Fact]
    public void Nearest_copies_and_bilinear_is_a_quarter_of_the_way_from_each_edge()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 1, 1, 2), [0, 4]);
        Assert.Equal([0, 0, 4, 4, 0, 0, 4, 4], new Upsample2D(2).Forward(x).ToRowMajor());
        Assert.Equal([0, 1, 3, 4], new Upsample2D((1, 2), UpsampleMode.Bilinear).Forward(x).ToRowMajor());
    }

    /// <summary>PyTorch's <c>Upsample(size=...)</c>: row i of 5 comes from row ⌊3 · i / 5⌋, or from (i + ½) · 3 / 5 − ½.</summary>
    [Fact]
    public void A_size_that_is_no_multiple_is_met_exactly()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 1, 1, 3), [0, 5, 10]);
        Assert.Equal([0, 0, 5, 5, 10], Upsample2D.To((1, 5)).Forward(x).ToRowMajor());
        float[] smooth = Upsample2D.To((1, 5), UpsampleMode.Bilinear).Forward(x).ToRowMajor();
        Assert.All(smooth.Zip([0f, 2, 5, 8, 10]), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Tensor large = Values.Normal(new Shape(2, 3, 4, 5), "x");
        Assert.Equal(
            new Upsample2D((2, 3), UpsampleMode.Bilinear).Forward(large).ToRowMajor(),
            Upsample2D.To((8, 15), UpsampleMode.Bilinear).Forward(large).ToRowMajor());
        Assert.Equal("Upsample2D(to 9×7, Nearest)", Upsample2D.To((9, 7)).ToString());
        Assert.Equal(
            "Upsample2D enlarges to 3×5, so it expects images of at least one pixel and at most that size, but got [2, 3, 4, 5]. " +
            "(Parameter 'x')",
            Assert.Throws<ArgumentException>(() => Upsample2D.To((3, 5)).Forward(large)).Message);
    }

    [Fact]
    public void A_shuffle_makes_pixels_of_channels()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 4, 1, 2), [0, 1, 2, 3, 4, 5, 6, 7]);
        Tensor y = new PixelShuffle(2).Forward(x);
        Assert.Equal(new Shape(1, 1, 2, 4), y.Shape);
        Assert.Equal([0, 2, 1, 3, 4, 6, 5, 7], y.ToRowMajor());
    }

    [Fact]
    public void Padding_counts_in_a_mean_and_not_for_the_largest()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 1, 2, 2), [-4, -8, -12, -16]);
        Assert.Equal([-1, -2, -3, -4], new AvgPool2D(2, 2, 1).Forward(x).ToRowMajor());
        Assert.Equal([-4, -8, -12, -16], new MaxPool2D(2, 2, 1).Forward(x).ToRowMajor());
        Assert.Equal([-10], new GlobalAvgPool2D().Forward(x).ToRowMajor());
        Assert.Equal([-40], new GlobalSumPool2D().Forward(x).ToRowMajor());
    }

    [Fact]
    public void Of_equal_values_the_first_is_the_largest_and_NaN_is_larger()
    {
        var pool = new MaxPool2D(2);
        Tensor x = Tensor.FromRowMajor(new Shape(1, 2, 2, 2), [3, 3, 3, 1, 1, float.NaN, 9, 2]);
        Assert.Equal([3, float.NaN], pool.Forward(x).ToRowMajor());
        Assert.Equal([5, 0, 0, 0, 0, 7, 0, 0], pool.Backward(Tensor.FromRowMajor(new Shape(1, 2, 1, 1), [5, 7])).ToRowMajor());
    }

    [Fact]
    public void A_residual_adds_and_says_what_it_cannot_add()
    {
        var block = new Residual(new LeakyReLU(0.5f));
        Assert.Equal([2, -3], block.Forward(Tensor.FromRowMajor(new Shape(1, 2), [1, -2])).ToRowMajor());
        string message = Assert.Throws<ArgumentException>(
            () => new Residual(new Conv2D(2, 3, 1)).Forward(new Tensor(new Shape(1, 2, 4, 5)))).Message;
        Assert.Contains(
            "Residual adds [1, 3, 4, 5], which main makes of x: [1, 2, 4, 5], and [1, 2, 4, 5], which is x itself",
            message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(
            () => new Sequential(new Residual(new Linear(3, 2))).Forward(new Tensor(new Shape(1, 2)))).Message;
        Assert.Contains("Sequential[0] Residual.main Linear(3 → 2)", message, StringComparison.Ordinal);
        Assert.Equal(
            ["main.weight", "main.bias", "shortcut.weight", "shortcut.bias"],
            new Residual(new Linear(2, 3), new Linear(2, 3)).State.Select(tensor => tensor.Name));
    }

    [Fact]
    public void A_concatenation_joins_channels_and_says_what_it_cannot_join()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 2, 1, 2), [1, 2, 3, 4]);
        Tensor y = new Concat(Lambda.Identity(), new LeakyReLU(0.5f), new Upsample2D(1)).Forward(x);
        Assert.Equal(new Shape(1, 6, 1, 2), y.Shape);
        Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4], y.ToRowMajor());
        string message = Assert.Throws<ArgumentException>(() => new Concat(Lambda.Identity(), new Upsample2D(2)).Forward(x)).Message;
        Assert.Contains("make [1, 2, 1, 2], [1, 2, 2, 4]", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Concat());
    }

    [Fact]
    public void A_lambda_is_the_functions_it_was_given()
    {
        var twice = new Lambda(x => Times(x, 2), (_, dy) => Times(dy, 2));
        Assert.Equal([2, 4], twice.Forward(Tensor.FromRowMajor(new Shape(1, 2), [1, 2])).ToRowMajor());
        Assert.Equal([6, 8], twice.Backward(Tensor.FromRowMajor(new Shape(1, 2), [3, 4])).ToRowMajor());
        Assert.Throws<NotSupportedException>(() => twice.DoubleBackward(new Tensor(new Shape(1, 2))));
        Assert.Throws<ArgumentNullException>(() => new Lambda(null!, (_, dy) => dy));
        Assert.Throws<ArgumentNullException>(() => new Lambda(x => x, null!));

        static Tensor Times(Tensor x, float factor) => Tensor.FromRowMajor(x.Shape, [.. x.ToRowMajor().Select(value => factor * value)]);
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Upsample2D((0, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Upsample2D(2, (UpsampleMode)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Upsample2D.To((1, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Upsample2D.To(2, (UpsampleMode)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiffAugment((Augmentations)8));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PixelShuffle(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AvgPool2D(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AvgPool2D(2, (1, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2D(3, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2D(3, 1, (0, -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ELU(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ELU(float.NaN));
    }

    [Fact]
    public void An_empty_batch_passes_through_and_large_arguments_do_not_overflow()
    {
        Tensor none = new(new Shape(0, 4, 2, 2));
        foreach (Module module in new Module[]
        {
            new Upsample2D(2), new PixelShuffle(2), new AvgPool2D(2), new MaxPool2D(2), new GlobalAvgPool2D(),
            new DiffAugment(), Upsample2D.To((3, 5)),
            new Concat(new ELU(), new Softplus()), new Residual(new ELU()),
        })
        {
            Tensor y = module.Forward(none);
            Assert.Equal(0, y.Shape.N);
            Assert.Equal(none.Shape, module.Backward(new Tensor(y.Shape)).Shape);
        }

        Tensor large = Tensor.FromRowMajor(new Shape(1, 3), [-200, 0, 200]);
        float[] softplus = new Softplus().Forward(large).ToRowMajor();
        Assert.Equal((0, 200), (softplus[0], softplus[2]));
        Assert.Equal(Math.Log(2), softplus[1], 1e-7);
        Assert.Equal([-1, 0, 200], new ELU().Forward(large).ToRowMajor());
    }
}
