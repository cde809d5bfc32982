using System.Runtime.InteropServices;

namespace MiniGan.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP (a terminal that was closed), for commands that have something to finish or to tidy up. However many of them
/// come, and whenever, they are one request to end: <c>timeout</c>,
/// systemd and process groups send several. A signal that was ignored when the program started, as <c>nohup</c> does, stays ignored.
/// </summary>
internal static class Interruption
{
    private static readonly CancellationTokenSource Source = new();

    private static readonly Lazy<PosixSignalRegistration[]> Registrations =
        new(() => [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Take))]);

    /// <summary>
    /// Takes these signals from now until the process ends, not only while a command works: the second one may come when it has just ended.
    /// </summary>
    /// <returns>Cancelled by the first of them.</returns>
    public static CancellationToken Listen()
    {
        _ = Registrations.Value;
        return Source.Token;
    }

    /// <summary>The items, until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, and another item is asked for.</exception>
    public static IEnumerable<T> Until<T>(this IEnumerable<T> items, CancellationToken cancelled) => items.TakeWhile(_ =>
    {
        cancelled.ThrowIfCancellationRequested();
        return true;
    });

    private static void Take(PosixSignalContext context)
    {
        context.Cancel = true; // the default, which is to die
        Source.Cancel();
    }
}
