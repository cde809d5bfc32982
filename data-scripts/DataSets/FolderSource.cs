namespace MiniGan.DataSets;

/// <summary>A folder of this machine that holds the files, plain or with <c>.gz</c>.</summary>
/// <param name="folder">The folder.</param>
public sealed class FolderSource(string folder) : IDataSource
{
    /// <inheritdoc/>
    public string Description => $"the folder {folder}";

    /// <inheritdoc/>
    public bool IsAvailable => Directory.Exists(folder);

    /// <inheritdoc/>
    public Task FetchAsync(
        IReadOnlyList<DataFile> files, Action<DataFile, Stream> receive, Action<string, double> progress, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(receive);
        ArgumentNullException.ThrowIfNull(progress);
        for (int i = 0; i < files.Count; i++)
        {
            cancelled.ThrowIfCancellationRequested();
            progress(files[i].Name, (double)i / files.Count);
            string plain = Path.Combine(folder, files[i].Name);
            using FileStream stream = File.OpenRead(File.Exists(plain) ? plain : plain + ".gz");
            receive(files[i], stream);
        }

        progress("copied", 1);
        return Task.CompletedTask;
    }
}
