namespace MiniGan.Runs; // where those who catch it are

/// <summary>
/// A folder in which no run can begin or go on, or a run that cannot be read; the message is one line that says what
/// was expected, what came and what to do.
/// </summary>
/// <param name="message">The line.</param>
/// <param name="cause">What it comes from, or null.</param>
public sealed class RunException(string message, Exception? cause = null) : Exception(message, cause);
