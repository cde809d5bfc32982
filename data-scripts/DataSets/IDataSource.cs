namespace MiniGan.DataSets;

/// <summary>A place that files of a data set can come from.</summary>
public interface IDataSource
{
    /// <summary>For messages: what the place is.</summary>
    string Description { get; }

    /// <summary>Whether this machine has the place at all, told without looking far.</summary>
    bool IsAvailable { get; }

    /// <summary>Fetches files.</summary>
    /// <param name="files">Which.</param>
    /// <param name="receive">Takes each file's contents, plain or gzip-compressed, as it comes.</param>
    /// <param name="progress">Takes the name of what is fetched and the share that is done, 0 to 1.</param>
    /// <param name="cancelled">Stops it.</param>
    /// <exception cref="IOException">The place does not answer, or lacks a file.</exception>
    Task FetchAsync(
        IReadOnlyList<DataFile> files, Action<DataFile, Stream> receive, Action<string, double> progress, CancellationToken cancelled);
}
