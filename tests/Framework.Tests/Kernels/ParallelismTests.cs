using MiniGan.Kernels;

namespace MiniGan.Tests.Kernels;

public sealed class ParallelismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_runs_exactly_once(int threads)
    {
        var team = new WorkTeam(threads);
        try
        {
            for (int round = 0; round < 2000; round++)
            {
                int count = round % 37;
                int[] runs = new int[count];
                team.Run(count, i => Interlocked.Increment(ref runs[i]));
                Assert.All(runs, run => Assert.Equal(1, run));
            }
        }
        finally
        {
            team.Retire();
        }
    }

    [Fact]
    public void Threads_that_fell_asleep_wake_up()
    {
        var team = new WorkTeam(3);
        try
        {
            for (int round = 0; round < 5; round++)
            {
                // Three items that wait for each other: only all three threads together can finish them.
                using var together = new Barrier(3);
                team.Run(3, _ => Assert.True(together.SignalAndWait(TimeSpan.FromMinutes(1))));
                using var pause = new ManualResetEventSlim();
                pause.Wait(TimeSpan.FromMilliseconds(50));
            }
        }
        finally
        {
            team.Retire();
        }
    }

    [Fact]
    public void An_exception_reaches_the_caller_and_the_team_goes_on()
    {
        var team = new WorkTeam(3);
        try
        {
            int runs = 0;
            Assert.Throws<FormatException>(() => team.Run(20, i =>
            {
                Interlocked.Increment(ref runs);
                if (i == 7)
                {
                    throw new FormatException();
                }
            }));
            Assert.Equal(20, runs);
            team.Run(10, _ => Interlocked.Increment(ref runs));
            Assert.Equal(30, runs);
        }
        finally
        {
            team.Retire();
        }
    }

    [Fact]
    public void Loops_within_loops_and_from_many_threads_at_once_are_complete()
    {
        int runs = 0;
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                Parallelism.For(5, _ => Parallelism.For(3, _ => Interlocked.Increment(ref runs)));
            }
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
        Assert.Equal(4 * 100 * 5 * 3, runs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void A_number_of_threads_out_of_range_is_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.Threads = threads);
}
