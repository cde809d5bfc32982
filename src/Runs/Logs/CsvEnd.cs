using System.Globalization;
using System.Text;
using MiniGan.Files;

namespace MiniGan.Runs.Logs;

/// <summary>
/// The last whole line of a CSV log whose lines begin with a step, from the file's two ends alone; read again only when it has changed.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class CsvEnd(string path)
{
    private const int Enough = 1024;

    private (long, long) stamp;
    private IReadOnlyDictionary<string, double> last = new Dictionary<string, double>();

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The values of the last line that has a step, by the names of their columns; none if there is no such line.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public IReadOnlyDictionary<string, double> Read()
    {
        if (!FileStamp.IsThere(path))
        {
            return new Dictionary<string, double>();
        }

        (long, long) now = FileStamp.Of(path);
        if (now != stamp)
        {
            using FileStream stream = OrdinaryFile.OpenRead(path);
            string[] names = Text(stream, 0).Split('\n')[0].TrimEnd('\r').Split(',');
            last = Text(stream, Math.Max(0, stream.Length - Enough)).Split('\n')[..^1].Reverse()
                .Select(line => Values(names, line.TrimEnd('\r').Split(','))).FirstOrDefault(values => values is not null)
                ?? new Dictionary<string, double>();
            stamp = now;
        }

        return last;
    }

    private static string Text(FileStream stream, long from)
    {
        byte[] bytes = new byte[Enough];
        stream.Position = from;
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, Enough, throwOnEndOfStream: false));
    }

    private static Dictionary<string, double>? Values(string[] names, string[] fields)
    {
        if (!long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step) || step <= 0)
        {
            return null;
        }

        var values = new Dictionary<string, double> { ["step"] = step };
        for (int i = 1; i < Math.Min(names.Length, fields.Length); i++)
        {
            if (double.TryParse(fields[i], CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
            {
                values[names[i]] = value;
            }
        }

        return values;
    }
}
