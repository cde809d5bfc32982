using MiniGan.Optimizers;

namespace MiniGan.Tests.Optimizers;

/// <summary>Schedules other than <see cref="LinearDecay"/>.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void A_cosine_falls_to_its_final_factor_and_stays_there()
    {
        var decay = new CosineDecay(4, finalFactor: 0.2);
        Assert.Equal((4, 0.2), (decay.Steps, decay.FinalFactor));
        double root = Math.Sqrt(0.5);
        double[] expected = [1, 0.2 + (0.4 * (1 + root)), 0.6, 0.2 + (0.4 * (1 - root)), 0.2, 0.2, 0.2];
        Assert.Equal(expected, Factors(decay, 7), Near);
        Assert.Equal(0.2, decay.FactorAt(long.MaxValue), 1e-15);
        Assert.Equal([1, 1e-9, 1e-9], Factors(new CosineDecay(1, 1e-9), 3), Near);
        Assert.True(new CosineDecay(3, double.Epsilon).FactorAt(3) > 0);
        Assert.Equal([1, 1, 1], Factors(new CosineDecay(2, 1), 3), Near);
    }

    [Fact]
    public void A_step_decay_falls_by_a_factor_every_interval()
    {
        var decay = new StepDecay(3, factor: 0.5);
        Assert.Equal((3, 0.5), (decay.Interval, decay.Factor));
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.25], Factors(decay, 7));
        Assert.Equal([1, 0.1, 0.01], Factors(new StepDecay(1, 0.1), 3), Near);
        Assert.Equal(1, new StepDecay(1, 1).FactorAt(long.MaxValue));
    }

    /// <summary>0.5^10000 would be 0 in float64, a rate that optimisers refuse.</summary>
    [Fact]
    public void A_step_decay_never_falls_to_zero()
    {
        Assert.Equal(1e-100, new StepDecay(1, 0.5).FactorAt(10_000));
        Assert.Equal(1e-100, new StepDecay(1, double.Epsilon).FactorAt(long.MaxValue));
    }

    [Fact]
    public void A_warm_up_rises_linearly_to_the_full_rate()
    {
        var warmUp = new WarmUp(4);
        Assert.Equal((4, null), (warmUp.Steps, warmUp.Then));
        Assert.Equal([0.25, 0.5, 0.75, 1, 1, 1], Factors(warmUp, 6));
        Assert.Equal(1, warmUp.FactorAt(long.MaxValue));
        Assert.Equal([1, 1], Factors(new WarmUp(1), 2));
    }

    [Fact]
    public void The_schedule_after_a_warm_up_counts_from_its_end()
    {
        var decay = new LinearDecay(4);
        var warmUp = new WarmUp(2, decay);
        Assert.Same(decay, warmUp.Then);
        Assert.Equal([0.5, 1, 1, 0.75, 0.5, 0.25, 0.25], Factors(warmUp, 7));
        Assert.Equal([0.5, 1, 0.5, 1, 1, 0.5], Factors(new WarmUp(2, new WarmUp(2, new StepDecay(1, 0.5))), 6));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.All([0, -1, long.MinValue], steps =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(nameof(steps), () => new CosineDecay(steps, 0.5));
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => new StepDecay(steps, 0.5));
            Assert.Throws<ArgumentOutOfRangeException>(nameof(steps), () => new WarmUp(steps));
        });
        Assert.All([0, -0.1, 1.0001, double.NaN, double.PositiveInfinity], factor =>
        {
            Assert.Throws<ArgumentOutOfRangeException>("finalFactor", () => new CosineDecay(4, factor));
            Assert.Throws<ArgumentOutOfRangeException>(nameof(factor), () => new StepDecay(4, factor));
        });
        LearningRateSchedule[] all = [new LinearDecay(4), new CosineDecay(4, 0.1), new StepDecay(4, 0.1), new WarmUp(4)];
        Assert.All(all, schedule => Assert.Throws<ArgumentOutOfRangeException>("steps", () => schedule.FactorAt(-1)));
    }

    private static IEnumerable<double> Factors(LearningRateSchedule schedule, int count) =>
        Enumerable.Range(0, count).Select(step => schedule.FactorAt(step));

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-15;
}
