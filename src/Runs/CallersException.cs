namespace MiniGan.Runs;

/// <summary>
/// An exception of what the caller handed in, a source of batches or an evaluation, on its way past those who write the run's folder.
/// </summary>
/// <param name="cause">The exception.</param>
internal sealed class CallersException(Exception cause) : Exception(cause.Message, cause);
