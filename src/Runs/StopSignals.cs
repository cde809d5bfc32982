using System.Runtime.InteropServices;

namespace MiniGan.Runs;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP (a terminal that was closed), for work that has something to finish or to tidy up. However many of them come,
/// and whenever, they are one request to end: <c>timeout</c>, systemd and process groups send several. A signal that was ignored when the
/// program started, as <c>nohup</c> does, stays ignored.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Takes these signals from now on.</summary>
    public StopSignals() =>
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal =>
            PosixSignalRegistration.Create(signal, Take))];

    /// <summary>Cancelled by the first of them.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Leaves them to whoever took them before.</summary>
    public void Dispose()
    {
        Array.ForEach(registrations, registration => registration.Dispose());
        source.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true; // the default, which is to die
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It came when the work had just ended, and there is nothing left to stop.
        }
    }
}
