using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MiniGan.Files;

namespace MiniGan.Data;

/// <summary>
/// The header of a .npy file (NumPy's documentation of <c>numpy.lib.format</c>), of version 1.0, 2.0 or 3.0: a Python dictionary of three
/// entries. It is read as the text that it is and never evaluated, and whatever NumPy would not write is refused.
/// </summary>
/// <param name="Type">The element's type as NumPy names it, for example <c>|u1</c>.</param>
/// <param name="IsFortranOrder">Whether the first index varies fastest.</param>
/// <param name="Dimensions">The shape; none is negative.</param>
/// <param name="Length">Bytes before the elements.</param>
internal sealed record NpyHeader(string Type, bool IsFortranOrder, int[] Dimensions, int Length)
{
    private const int LongestText = 1 << 16, PreambleLength = 8;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header; the stream then stands at the first element.</summary>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="file">The file, from its beginning.</param>
    /// <exception cref="MalformedFileException">It is no .npy file, or damaged.</exception>
    public static NpyHeader Read(string path, Stream file)
    {
        Span<byte> preamble = stackalloc byte[PreambleLength + 4];
        int got = file.ReadAtLeast(preamble[..PreambleLength], PreambleLength, throwOnEndOfStream: false);
        if (got < PreambleLength || !preamble.StartsWith(Magic))
        {
            throw new MalformedFileException(path, "it is no .npy file, which begins with \\x93NUMPY. Write it by numpy.save.");
        }

        if (preamble[6] is not (1 or 2 or 3) || preamble[7] != 0)
        {
            throw new MalformedFileException(
                path, $"its format is version {preamble[6]}.{preamble[7]}, but 1.0, 2.0 and 3.0 are read. Write it by numpy.save.");
        }

        int size = preamble[6] == 1 ? 2 : 4;
        got = file.ReadAtLeast(preamble.Slice(PreambleLength, size), size, throwOnEndOfStream: false);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(preamble[PreambleLength..]); // behind two bytes there are zeros
        if (got < size || length > LongestText)
        {
            throw Damaged(path, got < size ? "it ends within its header" : $"its header promises {length} bytes, at most {LongestText}");
        }

        byte[] text = new byte[length];
        return file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) == text.Length
            ? Parse(path, Encoding.UTF8.GetString(text), PreambleLength + size + text.Length)
            : throw Damaged(path, "it ends within its header");
    }

    private static NpyHeader Parse(string path, string text, int length)
    {
        string? type = null;
        bool? isFortran = null;
        int[]? dimensions = null;
        string rest = text.Trim(' ', '\n');
        bool good = Take(ref rest, "{");
        while (good && !rest.StartsWith('}'))
        {
            if (type is null && Take(ref rest, "'descr':"))
            {
                good = (type = TakeText(ref rest)) is not null;
            }
            else if (isFortran is null && Take(ref rest, "'fortran_order':"))
            {
                isFortran = Take(ref rest, "True") ? true : Take(ref rest, "False") ? false : null;
                good = isFortran is not null;
            }
            else
            {
                good = dimensions is null && Take(ref rest, "'shape':") && (dimensions = TakeTuple(ref rest)) is not null;
            }

            good = good && (Take(ref rest, ",") || rest.StartsWith('}'));
        }

        return good && rest == "}" && type is not null && isFortran is bool order && dimensions is not null
            ? new(type, order, dimensions, length)
            : throw Damaged(path, "its header is not the dictionary of 'descr', 'fortran_order' and 'shape' that numpy.save writes");
    }

    /// <summary>Takes a word and the spaces behind it.</summary>
    private static bool Take(ref string rest, string word)
    {
        bool isThere = rest.StartsWith(word, StringComparison.Ordinal);
        rest = isThere ? rest[word.Length..].TrimStart(' ') : rest;
        return isThere;
    }

    /// <summary>Takes a quoted text, or null; of a list, as records have one, its source.</summary>
    private static string? TakeText(ref string rest)
    {
        bool isList = rest.StartsWith('[');
        int end = isList ? rest.IndexOf(']', StringComparison.Ordinal) : rest.StartsWith('\'') ? rest.IndexOf('\'', 1) : -1;
        string? text = end < 0 ? null : isList ? rest[..(end + 1)] : rest[1..end];
        rest = rest[(end + 1)..].TrimStart(' ');
        return text;
    }

    private static int[]? TakeTuple(ref string rest)
    {
        int end = rest.IndexOf(')', StringComparison.Ordinal);
        if (!rest.StartsWith('(') || end < 0)
        {
            return null;
        }

        string inside = rest[1..end].Trim(' ');
        rest = rest[(end + 1)..].TrimStart(' ');
        string[] items = inside.Length == 0 ? [] : (inside.EndsWith(',') ? inside[..^1] : inside).Split(',');
        int[] parsed = new int[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (!int.TryParse(items[i].Trim(' '), NumberStyles.None, CultureInfo.InvariantCulture, out parsed[i]))
            {
                return null;
            }
        }

        return parsed;
    }

    private static MalformedFileException Damaged(string path, string problem) =>
        new(path, $"{problem}. It is damaged; write it anew by numpy.save.");
}
