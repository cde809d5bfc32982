namespace MiniGan.Cli.Common;

/// <summary>
/// What the user asked for cannot be done; the message is one line that says what was expected, what came and what to do.
/// </summary>
/// <param name="message">The line.</param>
internal sealed class UserException(string message) : Exception(message);
