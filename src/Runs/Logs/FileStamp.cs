namespace MiniGan.Runs.Logs;

/// <summary>What tells that a file has changed, of anything that may stand in a file's place.</summary>
internal static class FileStamp
{
    /// <summary>Whether there is anything: a file, a folder, a pipe, a link that leads nowhere.</summary>
    public static bool IsThere(string path) => Path.Exists(path) || new FileInfo(path).Exists;

    /// <summary>
    /// When it was written, in ticks of <see cref="DateTime"/>, and how long it is; zeros if there is nothing, or where that cannot be
    /// told.
    /// </summary>
    public static (long Ticks, long Length) Of(string path)
    {
        try
        {
            FileSystemInfo file = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            return file.Exists ? (file.LastWriteTimeUtc.Ticks, (file as FileInfo)?.Length ?? 0) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return default; // the time may be beyond the year 9999
        }
    }
}
