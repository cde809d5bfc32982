using System.Diagnostics;
using System.Globalization;
using System.Text;
using MiniGan.Files;

namespace MiniGan.Samples;

/// <summary>A CSV file of a run to which lines are added, each beginning with the step that it tells of. Others may read it meanwhile: it is written at least once a second.</summary>
internal sealed class StepLog : IDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(0.9);

    private readonly FileStream file;
    private readonly StringBuilder waiting = new();
    private long flushedAt = Stopwatch.GetTimestamp();

    /// <summary>Begins the file, or goes on with it behind a step: lines of later steps, written by a process that was killed before its next checkpoint, are dropped.</summary>
    /// <param name="path">Where.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="step">The last step whose line stays.</param>
    public StepLog(string path, string header, long step)
    {
        List<string> kept = [header];
        if (step > 0 && File.Exists(path))
        {
            kept.AddRange(File.ReadLines(path).Skip(1).TakeWhile(line => StepOf(line) <= step));
        }

        Last = kept.Count > 1 ? kept[^1] : null;
        AtomicFile.WriteText(path, string.Concat(kept.Select(line => line + "\n")));
        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
    }

    /// <summary>The last line that was there before; null if there was none.</summary>
    public string? Last { get; }

    /// <summary>Adds a line.</summary>
    public void Add(FormattableString line)
    {
        waiting.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        if (Stopwatch.GetElapsedTime(flushedAt) > FlushEvery)
        {
            Flush(toDisk: false);
        }
    }

    /// <summary>Writes what is waiting.</summary>
    /// <param name="toDisk">Whether to wait until it is on the disk.</param>
    public void Flush(bool toDisk)
    {
        // Taken out first: if the disk is full, it is not to be tried again when the file is closed.
        byte[] bytes = Encoding.UTF8.GetBytes(waiting.ToString());
        waiting.Clear();
        flushedAt = Stopwatch.GetTimestamp();
        file.Write(bytes);
        file.Flush(toDisk);
    }

    /// <summary>Writes what is waiting, and closes the file.</summary>
    public void Dispose()
    {
        using (file)
        {
            Flush(toDisk: false);
        }
    }

    /// <summary>The step that a line begins with; a line that was only half written counts as of no step.</summary>
    private static long StepOf(string line) =>
        long.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : long.MaxValue;
}
