namespace MiniGan.Files;

/// <summary>
/// A file is not what it should be; the message is one line that names the file, what is wrong and what to do, and is fit to be
/// shown (see <see cref="Printable"/>).
/// </summary>
public sealed class MalformedFileException : IOException
{
    /// <summary>Reports a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What was expected, what came, what to do.</param>
    public MalformedFileException(string path, string problem)
        : this(path, problem, null)
    {
    }

    /// <summary>Reports a file, with the exception that told of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What was expected, what came, what to do.</param>
    /// <param name="inner">The cause.</param>
    public MalformedFileException(string path, string problem, Exception? inner)
        : base(Printable.Message($"{Printable.Path(path)}: {problem}"), inner)
    {
    }

    /// <summary>Whether it was only replaced between two looks at it: whoever begins again reads the new one.</summary>
    internal bool IsReplaced { get; init; }
}
