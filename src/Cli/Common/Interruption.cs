using MiniGan.Runs;

namespace MiniGan.Cli.Common;

/// <summary>The <see cref="StopSignals"/> of the whole program.</summary>
internal static class Interruption
{
    private static readonly Lazy<StopSignals> Signals = new(() => new StopSignals());

    /// <summary>
    /// Takes these signals from now until the process ends, not only while a command works: the second one may come when it has just ended.
    /// </summary>
    /// <returns>Cancelled by the first of them.</returns>
    public static CancellationToken Listen() => Signals.Value.Token;

    /// <summary>The items, until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, and another item is asked for.</exception>
    public static IEnumerable<T> Until<T>(this IEnumerable<T> items, CancellationToken cancelled) => items.TakeWhile(_ =>
    {
        cancelled.ThrowIfCancellationRequested();
        return true;
    });
}
