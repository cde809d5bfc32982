using System.Text;

namespace MiniGan.Runs.Views;

/// <summary>
/// Standard output or error that may be closed, a full disk or a terminal that is gone: writing never fails, and the first reason why it
/// could not be done is remembered. So a run is not lost because nobody
/// can be told about it, and an error has its exit code though its line cannot be read.
/// </summary>
/// <param name="inner">Where to write.</param>
internal sealed class GuardedWriter(TextWriter inner) : TextWriter
{
    /// <summary>Why something could not be written; null if all was.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Guard(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Guard(() => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Guard(() => inner.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Guard(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Guard(inner.Flush);

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // .NET reports a closed file descriptor as a denied access, with the reason inside.
            Problem ??= (exception.InnerException ?? exception).Message;
        }
    }
}
