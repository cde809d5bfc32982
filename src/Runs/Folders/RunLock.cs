using System.Text;

namespace MiniGan.Runs.Folders;

/// <summary>
/// The lock of a run's folder, held by one process until it ends, however it ends. The file stays: to delete it would let two processes
/// lock two files of that name.
/// </summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>How the name of the file beside the lock ends that says who holds it.</summary>
    public const string MarkEnding = ".id";

    private const int Attempts = 10;

    private readonly string path;
    private readonly FileStream file;
    private readonly byte[] mark = Encoding.UTF8.GetBytes($"{Guid.NewGuid():N}\n");

    private RunLock(string path, FileStream file) => (this.path, this.file) = (path, file);

    /// <summary>
    /// The file that says whose the folder is. It is not the locked one, which on some systems nobody else can read, on others everybody.
    /// </summary>
    private string MarkPath => path + MarkEnding;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The file; made if it is missing.</param>
    /// <param name="isPatient">Whether to wait a moment for one that only looks whether the run trains, as <c>watch</c> does.</param>
    /// <returns>The lock, or null if another process holds it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static RunLock? TryHold(string path, bool isPatient = true)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new RunLock(path, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException exception) when (IsLocked(exception))
            {
                if (!isPatient || attempt == Attempts)
                {
                    return null;
                }

                Thread.Sleep(50);
            }
        }
    }

    /// <summary>Whether a process trains the run.</summary>
    /// <exception cref="IOException">It cannot be told.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be told.</exception>
    public static bool IsHeld(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return false; // not signed; or a pipe, which to open might take for ever
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException exception) when (IsLocked(exception))
        {
            return true;
        }
    }

    /// <summary>Says that the run has begun: from now on it can be told whether the folder is still the same.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Sign()
    {
        file.SetLength(0);
        file.Position = 0;
        file.Write(mark);
        file.Flush(flushToDisk: true);
        File.WriteAllBytes(MarkPath, mark);
    }

    /// <summary>Whether the path leads to what was signed: the folder has not been moved, deleted or replaced.</summary>
    public bool IsInPlace()
    {
        try
        {
            return File.Exists(path) &&
                new FileInfo(MarkPath).Length == mark.Length &&
                File.ReadAllBytes(MarkPath).AsSpan().SequenceEqual(mark);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Lets go.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>
    /// EWOULDBLOCK of Linux and of macOS, and Windows's sharing violation; anything else, as a read-only file system, is no other process.
    /// </summary>
    private static bool IsLocked(Exception exception) =>
        exception is IOException && exception.HResult is 11 or 35 or unchecked((int)0x80070020);
}
