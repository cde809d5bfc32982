namespace MiniGan.Tests;

/// <summary>Whether warm code allocates; only for tests that run alone, since the garbage of all threads is counted.</summary>
internal static class Garbage
{
    /// <summary>
    /// Asserts that an action makes no garbage once it is warm. It is run until it has made none, since each thread of
    /// the kernels makes its working memory when it first comes to a loop, which on a busy machine may take a while; an
    /// action that allocates does so every time.
    /// </summary>
    public static void NoneWhenWarm(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 100 && least > 255; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.InRange(least, 0, 255);
    }
}
