using System.Globalization;

namespace MiniGan.Runs.Views;

/// <summary>Times as a run shows them.</summary>
internal static class Clock
{
    /// <summary>As m:ss or h:mm:ss.</summary>
    public static string Text(TimeSpan time) => time.TotalHours < 1
        ? time.ToString("m\\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}");

    /// <summary>The time that a run will still take if each step takes as long as those so far.</summary>
    /// <param name="elapsed">The time of those so far.</param>
    /// <param name="first">The step before them.</param>
    /// <param name="step">The last of them.</param>
    /// <param name="steps">The last of all.</param>
    public static TimeSpan Left(TimeSpan elapsed, long first, long step, long steps) =>
        elapsed * ((double)(steps - step) / (step - first));
}
