using MiniGan.Cli.Explain;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>The check that stands below every explanation can fail.</summary>
public sealed class AgreementTests
{
    private static readonly float[] Layer = [1, -20, 300];

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.0029, true)]
    [InlineData(-0.0029, true)]
    [InlineData(0.0031, false)]
    [InlineData(-0.0031, false)]
    [InlineData(double.NaN, false)]
    public void One_value_may_be_off_by_float32s_rounding_of_its_terms_and_no_more(double off, bool holds)
    {
        Agreement agreement = Agreement.Of("two ways", Layer, [1, -20, 300 + off], [1, 20, 300]);
        Assert.Equal(("two ways", 3, holds), (agreement.What, agreement.Values, agreement.Holds));
        Assert.Equal(Math.Abs(off), agreement.Difference, 1e-9);
    }

    [Fact]
    public void A_wrong_value_before_right_ones_is_not_forgotten() =>
        Assert.False(Agreement.Of("two ways", Layer, [1.1, -20, 300], [1, 20, 300]).Holds);

    [Fact]
    public void Terms_that_cancel_may_leave_their_own_rounding() =>
        Assert.True(Agreement.Of("two ways", [0.5f], [0.0], [1e6]).Holds);

    [Fact]
    public void Numbers_too_small_for_float32_agree_with_zero() =>
        Assert.True(Agreement.Of("two ways", [0], [1e-40], [1e-40]).Holds);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Differing_lengths_disagree(int count) =>
        Assert.False(Agreement.Of("two ways", Layer, new double[count], [1e9, 1e9, 1e9, 1e9]).Holds);
}
