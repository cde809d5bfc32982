using MiniGan.Losses;
using MiniGan.Tensors;

namespace MiniGan.Tests.Losses;

public sealed class NonSaturatingLossTests
{
    [Theory]
    [InlineData(0f, 1, 0.6931471805599453)]
    [InlineData(0f, 0, 0.6931471805599453)]
    [InlineData(2f, 1, 0.1269280110429726)] // log(1 + e⁻²)
    [InlineData(2f, 0, 2.1269280110429727)]
    [InlineData(2f, 0.5, 1.1269280110429727)]
    [InlineData(200f, 1, 0)]
    [InlineData(200f, 0, 200)]
    [InlineData(-200f, 1, 200)]
    [InlineData(-1e30f, 0, 0)]
    public void Values_by_hand(float logit, double target, double expected)
    {
        var loss = new NonSaturatingLoss(target > 0 ? target : 1);
        Tensor z = Tensor.FromRowMajor(new Shape(1), [logit]);
        Assert.Equal(expected, target > 0 ? loss.Real(z) : loss.Fake(z), 1e-12);
        Assert.Equal((1 / (1 + Math.Exp(-logit))) - target, loss.Backward()[0], 1e-7);
    }

    [Theory]
    [InlineData(40f)]
    [InlineData(20f)]
    [InlineData(10f)]
    public void Small_losses_are_not_lost(float logit) =>
        Assert.Equal(1, new NonSaturatingLoss().Real(Tensor.FromRowMajor(new Shape(1), [logit])) / Math.Exp(-logit), 1e-4);

    /// <summary>log(1 + e⁻¹²), where 1 + e⁻¹² has rounded off six digits of it: the second term of the series counts.</summary>
    [Fact]
    public void Small_losses_keep_their_digits() =>
        Assert.Equal(6.144193477732805E-6, new NonSaturatingLoss().Real(Tensor.FromRowMajor(new Shape(1), [12])), 1e-15);

    [Fact]
    public void It_is_the_mean_and_the_gradient_is_of_the_mean()
    {
        var loss = new NonSaturatingLoss();
        Tensor z = Tensor.FromRowMajor(new Shape(2, 2), [0, 0, 0, 2]);
        Assert.Equal(((3 * Math.Log(2)) + 0.1269280110429726) / 4, loss.Real(z), 1e-12);
        Assert.Equal(-0.125f, loss.Backward()[0], 1e-7f);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var loss = new NonSaturatingLoss();
        Assert.Throws<InvalidOperationException>(() => loss.Backward());
        Assert.Throws<ArgumentNullException>(() => loss.Real(null!));
        Assert.Throws<ArgumentException>(() => loss.Fake(new Tensor(new Shape(0, 1))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NonSaturatingLoss(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NonSaturatingLoss(double.NaN));
    }
}
