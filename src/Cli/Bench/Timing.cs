using System.Diagnostics;

namespace MiniGan.Cli.Bench;

/// <summary>How long something took, measured again and again: in seconds.</summary>
/// <param name="Median">The middle one: what to compare.</param>
/// <param name="Minimum">The shortest.</param>
/// <param name="Maximum">The longest.</param>
internal readonly record struct Timing(double Median, double Minimum, double Maximum)
{
    private const int WarmUps = 5;

    /// <summary>Warms up, then measures the action that often.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Timing Measure(int times, double warmUp, Action action, CancellationToken cancelled)
    {
        WarmUp(warmUp, action, cancelled);
        double[] seconds = new double[times];
        for (int i = 0; i < times; i++)
        {
            cancelled.ThrowIfCancellationRequested();
            seconds[i] = Of(action);
        }

        return Of(seconds);
    }

    /// <summary>
    /// Runs the action until what happens only at first is over: buffers are made, and the compiler, which works in the
    /// background, is done.
    /// </summary>
    /// <param name="seconds">For how long; at least five times.</param>
    /// <param name="action">What.</param>
    /// <param name="cancelled">Ends it before the next run.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void WarmUp(double seconds, Action action, CancellationToken cancelled)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < WarmUps || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
        {
            cancelled.ThrowIfCancellationRequested();
            action();
        }
    }

    /// <summary>Seconds that the action takes.</summary>
    public static double Of(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The statistics of durations, at least one; sorts them.</summary>
    public static Timing Of(Span<double> seconds)
    {
        seconds.Sort();
        int middle = seconds.Length / 2;
        return new Timing(seconds.Length % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2, seconds[0], seconds[^1]);
    }
}
