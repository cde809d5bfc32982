using System.Diagnostics;

namespace MiniGan.Kernels;

/// <summary>What this machine can do at most, to compare what the layers reach with.</summary>
public static unsafe class Processor
{
    private const int RoundsPerItem = 1 << 15;

    private static readonly Action<int> Item = static _ => KernelRegistry.Current.MultiplyAddInRegisters(RoundsPerItem);

    /// <summary>The kernels in use: <c>avx512</c>, <c>avx2</c> or <c>portable</c>.</summary>
    /// <exception cref="PlatformNotSupportedException">The environment forces kernels that this machine lacks.</exception>
    public static string Kernels => KernelRegistry.Current.Name;

    /// <summary>
    /// Floating-point operations a second (a multiply-add is two) that <see cref="Parallelism.Threads"/> threads reach on registers alone,
    /// without touching memory: the best of many short runs within half a second, so that a busy moment does not lower it.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">The environment forces kernels that this machine lacks.</exception>
    public static double MeasurePeak()
    {
        const double Seconds = 0.5;
        int items = 4 * Parallelism.Threads;
        double operations = (double)items * KernelRegistry.Current.MultiplyAddInRegisters(RoundsPerItem), best = double.MaxValue;
        long first = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(first).TotalSeconds < Seconds)
        {
            long start = Stopwatch.GetTimestamp();
            Parallelism.For(items, Item);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return operations / best;
    }
}
