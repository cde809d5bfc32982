using MiniGan.Runs.Views;

namespace MiniGan.Tests.Runs;

public sealed class ClockTests
{
    [Fact]
    public void Time_left_follows_from_the_steps_so_far() =>
        Assert.Equal(TimeSpan.FromSeconds(30), Clock.Left(TimeSpan.FromSeconds(10), first: 100, step: 125, steps: 200));

    [Fact]
    public void Hours_are_shown_where_there_are_any()
    {
        Assert.Equal("1:05", Clock.Text(TimeSpan.FromSeconds(65.9)));
        Assert.Equal("25:00:01", Clock.Text(TimeSpan.FromSeconds((25 * 3600) + 1)));
    }
}
