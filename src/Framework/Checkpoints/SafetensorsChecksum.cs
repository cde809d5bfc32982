using System.IO.Hashing;
using System.Text;
using MiniGan.Files;

namespace MiniGan.Checkpoints;

/// <summary>
/// The checksum that a file of this library carries in its metadata: XXH3 (128 bits) of the whole file, header included,
/// computed with zeros in the place of its own digits. No bit changes unnoticed; files of other programs, which have no
/// checksum, are read without the check.
/// </summary>
internal sealed class SafetensorsChecksum
{
    /// <summary>Its name in the metadata.</summary>
    public const string Key = "minigan.checksum";

    private const string Prefix = "minigan-xxh128:";

    private const int Digits = 32;

    private readonly XxHash128 hash = new();

    private SafetensorsChecksum(string stored) => Stored = stored;

    /// <summary>The placeholder of the checksum until it is known.</summary>
    public static string Blank { get; } = Prefix + new string('0', Digits);

    /// <summary>The checksum as it stands in the file.</summary>
    public string Stored { get; }

    /// <summary>Begins to compute the checksum of a file that is written.</summary>
    /// <param name="header">The header, with <see cref="Blank"/> in it.</param>
    /// <param name="digitsAt">Where its digits go.</param>
    public static SafetensorsChecksum Begin(ReadOnlySpan<byte> header, out int digitsAt)
    {
        digitsAt = header.IndexOf(Encoding.UTF8.GetBytes(Blank)) + Prefix.Length;
        return new SafetensorsChecksum(Blank);
    }

    /// <summary>Takes the checksum out of the metadata of a file that is read, and the header in.</summary>
    /// <param name="metadata">Loses the checksum.</param>
    /// <param name="length">The bytes in front of the header.</param>
    /// <param name="header">The header.</param>
    /// <returns>Null if the file has none. Either half of the entry marks it, so that a damaged name does not hide it.</returns>
    public static SafetensorsChecksum? Take(Dictionary<string, string> metadata, ReadOnlySpan<byte> length, ReadOnlySpan<byte> header)
    {
        if (!metadata.Remove(Key, out string? stored))
        {
            stored = metadata.Values.FirstOrDefault(value => value.StartsWith(Prefix, StringComparison.Ordinal));
        }

        if (stored is null)
        {
            return null;
        }

        var checksum = new SafetensorsChecksum(stored);
        byte[] blanked = header.ToArray();
        int at = header.IndexOf(Encoding.UTF8.GetBytes(stored));
        if (at >= 0 && stored.Length == Blank.Length)
        {
            Encoding.UTF8.GetBytes(Blank).CopyTo(blanked, at);
        }

        checksum.Append(length);
        checksum.Append(blanked);
        return checksum;
    }

    /// <summary>Takes in what follows.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => hash.Append(bytes);

    /// <summary>The digits of all that was taken in.</summary>
    public byte[] GetDigits() => Encoding.UTF8.GetBytes(Convert.ToHexStringLower(hash.GetCurrentHash()));

    /// <summary>Checks that all that was taken in is what was written.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <exception cref="MalformedFileException">It is not.</exception>
    public void Verify(string path)
    {
        if (Stored != Prefix + Encoding.UTF8.GetString(GetDigits()))
        {
            throw new MalformedFileException(
                path,
                "its contents do not match its checksum: it is damaged. Take another copy. (A program that changes such a file leaves " +
                $"'{Key}' out of the metadata, or keeps none of it.)");
        }
    }
}
