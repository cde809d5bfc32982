namespace MiniGan.Files;

/// <summary>Files that are never seen half-written: written beside, flushed to the disk, renamed.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Makes or replaces a file. If anything fails, the file that was there is untouched and nothing half-written is left.
    /// </summary>
    /// <param name="path">Where. A link is replaced itself: what it leads to may be anybody's.</param>
    /// <param name="write">Writes the contents.</param>
    /// <param name="makeFolders">Whether folders that are missing are made.</param>
    /// <exception cref="IOException">The file cannot be written, or is a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Action<Stream> write, bool makeFolders = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        RequireOrdinary(full);
        if (makeFolders)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        }

        string beside = $"{full}.{Path.GetRandomFileName()}.part";
        var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, full, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Makes or replaces a text file (UTF-8), as <see cref="Write"/> does.</summary>
    /// <param name="path">Where.</param>
    /// <param name="text">The contents.</param>
    /// <param name="makeFolders">Whether folders that are missing are made.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void WriteText(string path, string text, bool makeFolders = true) => Write(
        path,
        stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(text);
        },
        makeFolders);

    /// <summary>
    /// A pipe or a device would be replaced, not written. Both have no length; devices are under /dev, and a pipe, which Linux opens for
    /// reading and writing at once, cannot seek.
    /// </summary>
    private static void RequireOrdinary(string path)
    {
        if (OperatingSystem.IsWindows() || new FileInfo(path) is not { Exists: true, LinkTarget: null, Length: 0 })
        {
            return;
        }

        bool isOrdinary = !path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/dev/shm/", StringComparison.Ordinal);
        if (isOrdinary)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0);
                isOrdinary = file.CanSeek;
            }
            catch (UnauthorizedAccessException)
            {
                // Whether it may be replaced, the rename tells.
            }
        }

        if (!isOrdinary)
        {
            throw new IOException("it is a pipe or a device, which would be replaced");
        }
    }
}
