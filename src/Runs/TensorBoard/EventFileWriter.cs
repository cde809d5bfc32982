using System.Globalization;
using MiniGan.Imaging;

namespace MiniGan.Runs.TensorBoard;

/// <summary>
/// Writes an event file, which TensorBoard shows as curves and pictures: <c>events.out.tfevents.SECONDS.HOST.PROCESS.NUMBER</c>, a sequence
/// of TensorFlow's <c>Event</c> messages in its record format.
/// </summary>
/// <remarks>
/// The file only ever grows, by whole records at each <see cref="Flush"/>: whatever ends the process, all that was flushed can be
/// read. A process that takes a run up again begins a file of its own in the same folder; TensorBoard reads the files of a folder
/// in the order of their names, as one run.
/// </remarks>
public sealed class EventFileWriter : IDisposable
{
    private const string Prefix = "events.out.tfevents.";

    private static int count;

    private readonly FileStream file;
    private readonly MemoryStream pending = new();
    private long flushed;
    private bool failed;

    /// <summary>Begins a file.</summary>
    /// <param name="folder">The run's folder; made if it is missing.</param>
    /// <param name="firstStep">
    /// The first step that will be written, zero or more: TensorBoard drops this step and later ones that older files of the folder hold,
    /// as those of a process that went on after its last checkpoint and was then ended.
    /// </param>
    /// <exception cref="ArgumentException">The folder is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public EventFileWriter(string folder, long firstStep = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(firstStep);
        Directory.CreateDirectory(folder);

        // Later than every older file, even one of this second or of a clock that was wrong.
        long seconds = Math.Max(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), FilesIn(folder).Select(SecondsOf).DefaultIfEmpty().Max() + 1);
        FilePath = Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{seconds:D10}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref count) - 1}"));

        // No buffer: what is pending is the buffer, and it holds whole records.
        file = new FileStream(FilePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        RecordFormat.Write(pending, EventMessages.FileVersion(WallTime));
        RecordFormat.Write(pending, EventMessages.Start(WallTime, firstStep));
        Flush();
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Seconds since 1970.</summary>
    private static double WallTime => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>The event files of a folder, in no order.</summary>
    /// <param name="folder">A folder that exists.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string[] FilesIn(string folder) => Directory.GetFiles(folder, Prefix + "*");

    /// <summary>Adds numbers of a step, each a point of the curve of its tag.</summary>
    /// <param name="step">The step, zero or more.</param>
    /// <param name="scalars">Tags, in which slashes make groups (<c>loss/generator</c>), and values, kept as float32.</param>
    /// <exception cref="ArgumentException">A tag is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public void WriteScalars(long step, params IReadOnlyList<(string Tag, double Value)> scalars)
    {
        ArgumentNullException.ThrowIfNull(scalars);
        foreach ((string tag, double _) in scalars)
        {
            ArgumentException.ThrowIfNullOrEmpty(tag, nameof(scalars));
        }

        CheckStep(step);
        RecordFormat.Write(pending, EventMessages.Scalars(WallTime, step, scalars));
    }

    /// <summary>Adds a picture of a step, as PNG.</summary>
    /// <param name="step">The step, zero or more.</param>
    /// <param name="tag">What the picture shows; the same for all steps.</param>
    /// <param name="image">The picture.</param>
    /// <exception cref="ArgumentException">The tag is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public void WriteImage(long step, string tag, Bitmap image)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ArgumentNullException.ThrowIfNull(image);
        CheckStep(step);
        RecordFormat.Write(pending, EventMessages.Image(WallTime, step, tag, image));
    }

    /// <summary>Hands all that was added to the operating system: it can be read from now on, and outlives the process.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public void Flush()
    {
        file.Position = flushed; // over what an attempt that failed may have left
        failed = true;
        file.Write(pending.GetBuffer(), 0, (int)pending.Length);
        failed = false;
        flushed = file.Position;
        pending.SetLength(0);
    }

    /// <summary>Flushes and closes the file.</summary>
    /// <exception cref="IOException">What was left cannot be written; the file is closed all the same.</exception>
    public void Dispose()
    {
        using (file)
        using (pending)
        {
            if (file.CanWrite && !failed)
            {
                Flush();
            }
        }
    }

    private static long SecondsOf(string path) =>
        long.TryParse(
            Path.GetFileName(path)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            ? seconds
            : 0;

    private void CheckStep(long step)
    {
        ObjectDisposedException.ThrowIf(!file.CanWrite, this);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
    }
}
