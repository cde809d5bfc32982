namespace MiniGan.Runs.Logs;

/// <summary>A log as a table, of whoever writes it or of who only reads its file.</summary>
internal interface ILogTable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>Takes in what is new.</summary>
    /// <returns>The table; null if there is none yet.</returns>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    ThinnedTable? Refresh();
}
