using MiniGan.Losses;
using MiniGan.Tensors;

namespace MiniGan.Tests.Losses;

public sealed class BinaryCrossEntropyWithLogitsTests
{
    [Theory]
    [InlineData(0f, 1f, 0.6931471805599453)]
    [InlineData(0f, 0f, 0.6931471805599453)]
    [InlineData(2f, 1f, 0.1269280110429726)] // log(1 + e⁻²)
    [InlineData(2f, 0f, 2.1269280110429727)]
    [InlineData(2f, 0.5f, 1.1269280110429727)]
    [InlineData(200f, 1f, 0)]
    [InlineData(200f, 0f, 200)]
    [InlineData(-200f, 1f, 200)]
    [InlineData(-1e30f, 0f, 0)]
    public void Values_by_hand(float logit, float target, double expected)
    {
        var loss = new BinaryCrossEntropyWithLogits();
        Assert.Equal(expected, loss.Forward(Tensor.FromRowMajor(new Shape(1), [logit]), target), 1e-12);
        Assert.InRange(loss.Backward()[0], -1, 1);
    }

    [Theory]
    [InlineData(40f)]
    [InlineData(20f)]
    [InlineData(10f)]
    public void Small_losses_are_not_lost(float logit) =>
        Assert.Equal(1, new BinaryCrossEntropyWithLogits().Forward(Tensor.FromRowMajor(new Shape(1), [logit]), 1) / Math.Exp(-logit), 1e-4);

    [Fact]
    public void It_is_the_mean_and_the_gradient_is_of_the_mean()
    {
        var loss = new BinaryCrossEntropyWithLogits();
        Tensor z = Tensor.FromRowMajor(new Shape(2, 2), [0, 0, 0, 2]);
        Assert.Equal(((3 * Math.Log(2)) + 0.1269280110429726) / 4, loss.Forward(z, 1), 1e-12);
        Assert.Equal(-0.125f, loss.Backward()[0], 1e-7f);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var loss = new BinaryCrossEntropyWithLogits();
        Assert.Throws<InvalidOperationException>(() => loss.Backward());
        Assert.Throws<ArgumentNullException>(() => loss.Forward(null!, 1));
        Assert.Throws<ArgumentException>(() => loss.Forward(new Tensor(new Shape(0, 1)), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => loss.Forward(new Tensor(new Shape(1)), 1.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => loss.Forward(new Tensor(new Shape(1)), float.NaN));
    }
}
