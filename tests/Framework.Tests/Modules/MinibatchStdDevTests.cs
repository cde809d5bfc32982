using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class MinibatchStdDevTests
{
    [Fact]
    public void The_mean_deviation_of_a_group_is_appended_to_its_images()
    {
        // Groups (0, 2) and (1, 3); deviations of the two pixels 1 and 3, then 9 and 0.
        Tensor x = Tensor.FromRowMajor(new Shape(4, 1, 1, 2), [0, 2, 10, 5, 2, 8, 28, 5]);
        Tensor y = new MinibatchStdDev(2).Forward(x);
        Assert.Equal(new Shape(4, 2, 1, 2), y.Shape);
        AssertClose([0, 2, 2, 2, 10, 5, 4.5f, 4.5f, 2, 8, 2, 2, 28, 5, 4.5f, 4.5f], y, 1e-4f);
    }

    [Fact]
    public void Parts_of_the_channels_have_deviations_of_their_own()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(2, 4, 1, 1), [0, 0, 0, 0, 2, 4, 6, 8]);
        AssertClose([0, 0, 0, 0, 1.5f, 3.5f, 2, 4, 6, 8, 1.5f, 3.5f], new MinibatchStdDev(4, 2).Forward(x), 1e-6f);
    }

    [Fact]
    public void A_batch_smaller_than_a_group_is_one_and_an_image_alone_does_not_deviate()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(3, 1, 1, 1), [1, 1, 4]);
        Assert.Equal(MathF.Sqrt(2), new MinibatchStdDev(4).Forward(x)[2, 1], 1e-6f);
        var module = new MinibatchStdDev();
        Tensor one = Values.Normal(new Shape(1, 3, 2, 3), "x"), y = module.Forward(one);
        Assert.Equal(1e-4f, y[0, 3, 1, 2], 1e-9f);
        Assert.Equal(one.ToRowMajor(), y.ToRowMajor()[..18]);
        Tensor dy = Values.Normal(y.Shape, "dy");
        Assert.Equal(dy.ToRowMajor()[..18], module.Backward(dy).ToRowMajor());
        Tensor none = new(new Shape(0, 3, 2, 3));
        Assert.Equal(new Shape(0, 4, 2, 3), module.Forward(none).Shape);
        Assert.Equal(none.Shape, module.Backward(new Tensor(new Shape(0, 4, 2, 3))).Shape);
        Assert.Equal(new Shape(0, 4, 2, 3), module.DoubleBackward(none).Shape);
    }

    [Fact]
    public void Equal_images_have_finite_gradients()
    {
        var module = new MinibatchStdDev(2);
        Tensor x = new(new Shape(2, 3, 2, 2)), y = module.Forward(x);
        y.Span.Fill(1);
        Assert.True(module.Backward(y).IsFinite);
        Assert.True(module.DoubleBackward(Values.Normal(x.Shape, "ddx")).IsFinite);
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MinibatchStdDev(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MinibatchStdDev(4, 0));
        Assert.Equal("MinibatchStdDev(4)", new MinibatchStdDev().ToString());
        Assert.Equal("MinibatchStdDev(8, 2 channels)", new MinibatchStdDev(8, 2).ToString());
        string message = Assert.Throws<ArgumentException>(() => new MinibatchStdDev().Forward(new Tensor(new Shape(6, 1, 1, 1)))).Message;
        Assert.Contains("Use a batch size that is a multiple of 4", message, StringComparison.Ordinal);
    }

    private static void AssertClose(float[] expected, Tensor actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Shape.Count);
        Assert.All(expected.Zip(actual.ToRowMajor()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
