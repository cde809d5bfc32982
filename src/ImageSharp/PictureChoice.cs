using System.Text.Json;
using MiniGan.Files;

namespace MiniGan.ImageSharp;

/// <summary>
/// The size and colour that were chosen for pictures, in a file beside those of the decoded ones: so that they are looked through once, and
/// that the same pictures have the same file whether their size was chosen or given.
/// </summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record PictureChoice(int Height, int Width, int Channels, string Reason)
{
    private const int LongestFile = 4096;

    /// <summary>Reads what was chosen before, or chooses.</summary>
    /// <param name="files">The pictures.</param>
    /// <param name="options">What they may become, and the folder of the files.</param>
    /// <param name="choose">Looks through the pictures.</param>
    /// <exception cref="IOException">The choice cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static PictureChoice Of(PictureFiles files, PictureOptions options, Func<PictureChoice> choose)
    {
        string path = PictureCache.FileOf(files, options, PictureCache.ChoiceEnding);
        if (Read(path) is PictureChoice earlier)
        {
            PictureCache.MarkUsed(path);
            return earlier;
        }

        PictureChoice choice = choose();
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, choice));
        return choice;
    }

    /// <summary>What a file says; null if there is none, or it says nothing that can be.</summary>
    private static PictureChoice? Read(string path)
    {
        try
        {
            return File.Exists(path) &&
                JsonSerializer.Deserialize<PictureChoice>(OrdinaryFile.ReadText(path, LongestFile)) is
                {
                    Height: >= PictureOptions.LeastSide and <= PictureOptions.LargestSide,
                    Width: >= PictureOptions.LeastSide and <= PictureOptions.LargestSide,
                    Channels: 1 or 3, Reason: not null,
                } choice
                    ? choice
                    : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
