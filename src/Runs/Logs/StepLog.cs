using System.Diagnostics;
using System.Globalization;
using System.Text;
using MiniGan.Files;

namespace MiniGan.Runs.Logs;

/// <summary>
/// A CSV file of a run to which lines are added, each beginning with the step that it tells of. Others may read it meanwhile:
/// it is written at least once a second.
/// </summary>
internal sealed class StepLog : ILogTable, IDisposable
{
    private const int LongestLine = 1000;

    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(0.9);

    private readonly FileStream file;
    private readonly ThinnedTable table;
    private readonly StringBuilder waiting = new();
    private long flushedAt = Stopwatch.GetTimestamp();

    /// <summary>
    /// Begins the file, or goes on with it behind a step: lines of later steps, written by a process that was killed
    /// before its next checkpoint, are dropped.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="columns">The names of the columns beside <c>step</c>.</param>
    /// <param name="step">The last step whose line stays.</param>
    public StepLog(string path, string[] columns, long step)
    {
        Path = path;
        table = new ThinnedTable(columns);
        var kept = new StringBuilder($"step,{string.Join(',', columns)}\n");
        foreach (string line in step > 0 ? Lines(path).Skip(1) : [])
        {
            // A line of which a part was lost has too few columns, or a step out of order.
            string[] fields = line.Split(',');
            if (fields.Length != columns.Length + 1 || !fields.All(IsNumber) ||
                !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out long at) || at < table.LastStep || at > step)
            {
                continue;
            }

            double[] values = [.. fields.Skip(1).Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
            table.Add(at, values);
            Last = values;
            LeastOfFirst = double.IsFinite(values[0]) ? Math.Min(LeastOfFirst, values[0]) : LeastOfFirst;
            kept.Append(line).Append('\n');
        }

        AtomicFile.WriteText(path, kept.ToString());
        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>The names of the columns beside <c>step</c>.</summary>
    public IReadOnlyList<string> Columns => table.Columns;

    /// <summary>The values of the last line that was there before; null if there was none.</summary>
    public IReadOnlyList<double>? Last { get; }

    /// <summary>The least finite value of the first column that was there before; ∞ if there was none.</summary>
    public double LeastOfFirst { get; } = double.PositiveInfinity;

    /// <summary>Adds a line.</summary>
    /// <param name="step">The step that it tells of.</param>
    /// <param name="values">One value per column.</param>
    public void Add(long step, params ReadOnlySpan<double> values)
    {
        table.Add(step, values);
        waiting.Append(CultureInfo.InvariantCulture, $"{step}");
        foreach (double value in values)
        {
            waiting.Append(CultureInfo.InvariantCulture, $",{value:R}");
        }

        waiting.Append('\n');
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

    /// <summary>All lines, those that wait to be written too.</summary>
    public ThinnedTable Refresh() => table;

    /// <summary>Closes the file. What still waits is of steps behind the last checkpoint, which are taken again.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>The lines of a file, up to one without its end or longer than any of ours.</summary>
    private static IEnumerable<string> Lines(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            yield break; // nothing, or a pipe, which has no length
        }

        using var reader = new StreamReader(OrdinaryFile.OpenRead(path));
        var line = new StringBuilder();
        for (int next; (next = reader.Read()) >= 0 && line.Length < LongestLine;)
        {
            if (next != '\n')
            {
                line.Append((char)next);
                continue;
            }

            yield return line.ToString();
            line.Clear();
        }
    }

    private static bool IsNumber(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out _);
}
