using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MiniGan.Files;

namespace MiniGan.Runs.Logs;

/// <summary>
/// A CSV file that grows while it is read: <see cref="Refresh"/> takes in the whole lines that have come since the last time. A file that
/// was replaced or cut is read anew; a last line without its end, and lines that are no numbers, are passed over.
/// </summary>
internal sealed class CsvTail(string path) : ILogTable
{
    private const int LongestLine = 1 << 16, MostColumns = 32, Witness = 64;
    private const long LongestFile = 1L << 30; // some ten million steps

    private byte[] head = [], tail = [];
    private long offset;
    private (long, long)? stamp;
    private bool inLongLine;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>What has been read; null as long as there is no header.</summary>
    public ThinnedTable? Table { get; private set; }

    /// <summary>Counts up when <see cref="Table"/> changes.</summary>
    public int Version { get; private set; }

    /// <summary>Reads what is new.</summary>
    /// <returns><see cref="Table"/>.</returns>
    /// <exception cref="MalformedFileException">It is too long, or no ordinary file.</exception>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public ThinnedTable? Refresh()
    {
        if (!FileStamp.IsThere(path))
        {
            Restart();
            stamp = null;
            return Table;
        }

        (long, long) now = FileStamp.Of(path);
        if (now == stamp)
        {
            return Table;
        }

        stamp = null; // what fails is tried again
        using FileStream stream = OrdinaryFile.OpenRead(path, LongestFile);
        if (!Continues(stream))
        {
            Restart();
        }

        stream.Position = offset;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LongestLine);
        ReadLines(stream, buffer);
        ArrayPool<byte>.Shared.Return(buffer);
        RememberEnds(stream);
        stamp = now;
        return Table;
    }

    private void Restart()
    {
        if (Table is not null)
        {
            Version++;
        }

        (Table, offset, inLongLine, head, tail) = (null, 0, false, [], []);
    }

    /// <summary>
    /// Whether the file still is the one that was read: its beginning, and what stood before the place reached, are the same.
    /// </summary>
    private bool Continues(FileStream stream) => stream.Length >= offset &&
        Bytes(stream, 0, head.Length).SequenceEqual(head) &&
        Bytes(stream, offset - tail.Length, tail.Length).SequenceEqual(tail);

    private void RememberEnds(FileStream stream)
    {
        int count = (int)Math.Min(Witness, offset);
        (head, tail) = (Bytes(stream, 0, count), Bytes(stream, offset - count, count));
    }

    private static byte[] Bytes(FileStream stream, long position, int count)
    {
        byte[] bytes = new byte[count];
        stream.Position = position;
        return bytes[..stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false)];
    }

    private void ReadLines(FileStream stream, byte[] buffer)
    {
        int held = 0, read;
        while ((read = stream.Read(buffer, held, buffer.Length - held)) > 0)
        {
            ReadOnlySpan<byte> text = buffer.AsSpan(0, held + read);
            int end;
            while ((end = text.IndexOf((byte)'\n')) >= 0)
            {
                if (!inLongLine)
                {
                    Take(text[..end].TrimEnd((byte)'\r'));
                }

                inLongLine = false;
                offset += end + 1;
                text = text[(end + 1)..];
            }

            if (text.Length == buffer.Length)
            {
                inLongLine = true;
                offset += text.Length;
                text = [];
            }

            text.CopyTo(buffer);
            held = text.Length;
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (Table is null)
        {
            string[] names = Encoding.UTF8.GetString(line).TrimStart('\uFEFF').Split(',');
            if (names[0] == "step" && names.Length <= MostColumns && names.Distinct().Count() == names.Length)
            {
                Table = new ThinnedTable(names[1..]);
                Version++;
            }

            return;
        }

        Span<double> values = stackalloc double[Table.Columns.Count];
        int comma = line.IndexOf((byte)',');
        if (comma < 0 || !Utf8Parser.TryParse(line[..comma], out long step, out int used) || used != comma || step < 0)
        {
            return;
        }

        ReadOnlySpan<byte> rest = line[(comma + 1)..];
        for (int i = 0; i < values.Length; i++)
        {
            comma = rest.IndexOf((byte)',');
            if (comma < 0 != (i == values.Length - 1) || !TryParse(comma < 0 ? rest : rest[..comma], out values[i]))
            {
                return;
            }

            rest = rest[(comma + 1)..];
        }

        Table.Add(step, values);
        Version++;
    }

    /// <summary>A number; an empty field is none.</summary>
    private static bool TryParse(ReadOnlySpan<byte> field, out double value)
    {
        value = double.NaN;
        return field.IsEmpty || double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
