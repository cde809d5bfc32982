using System.Globalization;

namespace MiniGan.Files;

/// <summary>Refuses what memory cannot hold before any of it is allocated.</summary>
internal static class MemoryLimit
{
    /// <summary>Checks the bytes that a file asks for against what this process may have.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What asks for them, for the message.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="isOneArray">Whether they go into one array, which has a limit of its own.</param>
    /// <exception cref="MalformedFileException">They are too many; the message has both sizes.</exception>
    public static void Require(string path, string what, Int128 bytes, bool isOneArray)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        bool ofArray = isOneArray && available > Array.MaxLength;
        long most = ofArray ? Array.MaxLength : available;
        if (bytes > most)
        {
            throw new MalformedFileException(
                path,
                $"{what} need {Size(bytes)} of memory, but {(ofArray ? "an array holds" : "this process may have")} at most " +
                $"{Size(most)}. Give less of it.");
        }
    }

    private static string Size(Int128 bytes) => bytes < 1_000_000
        ? $"{bytes} bytes"
        : ((double)bytes / 1e9).ToString("0.###", CultureInfo.InvariantCulture) + " GB";
}
