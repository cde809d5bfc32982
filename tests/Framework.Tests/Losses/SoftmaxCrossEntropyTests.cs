using MiniGan.Losses;
using MiniGan.Tensors;

namespace MiniGan.Tests.Losses;

public sealed class SoftmaxCrossEntropyTests
{
    [Theory]
    [InlineData(0, 1.4076059644443804)] // log(1 + e + e²) − 1, of logits 1, 0, 2
    [InlineData(1, 2.4076059644443806)]
    [InlineData(2, 0.4076059644443803)]
    public void Values_by_hand(int label, double expected) =>
        Assert.Equal(expected, new SoftmaxCrossEntropy().Forward(Tensor.FromRowMajor(new Shape(1, 3), [1, 0, 2]), [label]), 1e-12);

    [Fact]
    public void It_is_the_mean_over_rows()
    {
        Tensor z = Tensor.FromRowMajor(new Shape(2, 3), [1, 0, 2, 5, 5, 5]);
        Assert.Equal((0.4076059644443803 + Math.Log(3)) / 2, new SoftmaxCrossEntropy().Forward(z, [2, 1]), 1e-12);
    }

    [Theory]
    [InlineData(1000f)]
    [InlineData(1e30f)]
    [InlineData(-1e30f)]
    public void Large_logits_neither_overflow_nor_lose_the_loss(float large)
    {
        var loss = new SoftmaxCrossEntropy();
        Tensor z = Tensor.FromRowMajor(new Shape(1, 2), [large, 0]);
        Assert.Equal(Math.Max(large, 0) - large, loss.Forward(z, [0]), 1e-12);
        Assert.Equal(large > 0 ? 0 : -1, loss.Backward()[0, 0]);
        Assert.Equal(Math.Max(large, 0), loss.Forward(z, [1]), 1e-12);
    }

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        const float step = 1f / 64;
        var loss = new SoftmaxCrossEntropy();
        Tensor z = Values.Normal(new Shape(4, 5), "logits");
        int[] labels = [4, 0, 2, 2];
        loss.Forward(z, labels);
        Tensor dz = loss.Backward().Clone();
        for (int i = 0; i < z.Span.Length; i++)
        {
            float value = z.Span[i];
            z.Span[i] = value + step;
            double above = loss.Forward(z, labels);
            z.Span[i] = value - step;
            double below = loss.Forward(z, labels);
            z.Span[i] = value;
            Assert.Equal((above - below) / (2 * step), dz.Span[i], 1e-5);
        }
    }

    [Fact]
    public void Labels_may_change_after_forward_and_shapes_between()
    {
        var loss = new SoftmaxCrossEntropy();
        int[] labels = [1];
        loss.Forward(Tensor.FromRowMajor(new Shape(1, 2), [0, 0]), labels);
        labels[0] = 0;
        Assert.Equal([0.5f, -0.5f], loss.Backward().ToRowMajor());
        loss.Forward(Tensor.FromRowMajor(new Shape(2, 2), [0, 0, 0, 0]), [1, 0]);
        Assert.Equal([0.25f, -0.25f, -0.25f, 0.25f], loss.Backward().ToRowMajor());
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var loss = new SoftmaxCrossEntropy();
        Assert.Throws<InvalidOperationException>(() => loss.Backward());
        Assert.Throws<ArgumentNullException>(() => loss.Forward(null!, [1]));
        Assert.Throws<ArgumentException>(() => loss.Forward(new Tensor(new Shape(0, 3)), []));
        Assert.Throws<ArgumentException>(() => loss.Forward(new Tensor(new Shape(3)), [0]));
        Assert.Throws<ArgumentException>(() => loss.Forward(new Tensor(new Shape(2, 3)), [0]));
        Assert.Contains(
            "Label 3 is no class: there are 3, from 0 to 2.",
            Assert.Throws<ArgumentException>(() => loss.Forward(new Tensor(new Shape(1, 3)), [3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => loss.Forward(new Tensor(new Shape(1, 3)), [-1]));
        Assert.Throws<ArgumentException>(() => loss.Forward(new Tensor(new Shape(1, 300)), [300]));
        loss.Forward(new Tensor(new Shape(1, 300)), [299]); // more classes than a byte holds
        Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.Softmax([], []));
        Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.Softmax([1, 2], new float[1]));
        Assert.Contains(
            "got 2 and room for 3", Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.Softmax([1, 2], new float[3])).Message,
            StringComparison.Ordinal);
    }
}
