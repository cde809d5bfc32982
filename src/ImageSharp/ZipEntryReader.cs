using System.IO.Compression;
using System.IO.Hashing;
using MiniGan.Files;

namespace MiniGan.ImageSharp;

/// <summary>
/// Reads files out of a zip without unpacking it. What an entry says of itself is judged before memory is spent on it, and what comes out
/// must be that, to the byte and the checksum.
/// </summary>
internal static class ZipEntryReader
{
    /// <summary>Deflate cannot compress better than 1032 to 1: more contents than this are a lie.</summary>
    private const long LargestRatio = 1032;

    /// <summary>Reads an entry.</summary>
    /// <param name="zip">The zip, for messages.</param>
    /// <param name="entry">What to read.</param>
    /// <exception cref="MalformedFileException">It is empty, too large, encrypted, damaged or not what it says.</exception>
    public static byte[] Read(string zip, ZipArchiveEntry entry)
    {
        string path = $"{zip}/{entry.FullName}";
        try
        {
            if (entry.IsEncrypted)
            {
                throw new MalformedFileException(path, "encrypted.");
            }

            if (entry.Length is 0 or > PictureReader.LargestFile)
            {
                throw new MalformedFileException(
                    path,
                    entry.Length == 0 ? "empty." : FormattableString.Invariant(
                        $"too large: {entry.Length:N0} bytes, at most {PictureReader.LargestFile:N0}."));
            }

            if (entry.Length < 0 || entry.Length / LargestRatio > entry.CompressedLength)
            {
                throw Damaged(path, null);
            }

            byte[] file = new byte[entry.Length];
            using Stream stream = entry.Open();
            stream.ReadExactly(file);
            return stream.ReadByte() < 0 && Crc32.HashToUInt32(file) == entry.Crc32 ? file : throw Damaged(path, null);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw Damaged(path, exception);
        }
    }

    private static MalformedFileException Damaged(string path, Exception? cause) =>
        new(path, "damaged, or compressed by a method that is not read.", cause);
}
