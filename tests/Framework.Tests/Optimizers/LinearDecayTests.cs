using MiniGan.Optimizers;

namespace MiniGan.Tests.Optimizers;

public sealed class LinearDecayTests
{
    [Fact]
    public void Rates_fall_to_a_share_of_one_step_and_stay_there()
    {
        var decay = new LinearDecay(4);
        Assert.Equal([1, 0.75, 0.5, 0.25, 0.25, 0.25], Enumerable.Range(0, 6).Select(step => decay.FactorAt(step)));
        Assert.Equal(0.25, decay.FactorAt(long.MaxValue));
        Assert.Equal(4, decay.Steps);
        Assert.Equal([1, 1], new[] { 0L, 1 }.Select(new LinearDecay(1).FactorAt));
        Assert.Equal(1e-12, new LinearDecay(1_000_000_000_000).FactorAt(999_999_999_999), 1e-24);
    }

    [Fact]
    public void A_decay_takes_a_step() => Assert.All(
        [0, -1, long.MinValue], steps => Assert.Throws<ArgumentOutOfRangeException>(() => new LinearDecay(steps)));
}
