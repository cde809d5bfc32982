using System.IO.Enumeration;
using MiniGan.Data;
using MiniGan.Files;

namespace MiniGan.ImageSharp;

/// <summary>
/// A folder of ordinary pictures (PNG, JPEG, GIF, BMP and WebP, of any size) as a data set: grey, cropped to the square in the middle,
/// resized. Of an animation the first frame is taken.
/// </summary>
/// <param name="Dataset">The pictures, in the order of their paths; without labels.</param>
/// <param name="Skipped">A line for each file that was left out: its path, a colon and the reason.</param>
public sealed record PictureFolder(ImageDataset Dataset, IReadOnlyList<string> Skipped)
{
    /// <summary>What is read, for messages.</summary>
    public const string Formats = "PNG, JPEG, GIF, BMP and WebP";

    private const int LargestSize = 4096;

    private static readonly EnumerationOptions EveryFile = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };

    /// <summary>
    /// Loads a folder and all folders in it. Files that are no pictures, damaged, too large or no ordinary files are skipped.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="size">Height and width of the images that the network takes, 1 to 4096.</param>
    /// <param name="progress">Told after each file how many are done, and of how many.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static PictureFolder Load(string path, int size, Action<int, int>? progress = null, CancellationToken cancelled = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LargestSize);
        List<byte> pixels = [];
        List<string> skipped = [];
        string[] files = [.. Files(path).Order(StringComparer.Ordinal)];
        for (int done = 0; done < files.Length; done++)
        {
            cancelled.ThrowIfCancellationRequested();
            try
            {
                pixels.AddRange(PictureReader.ReadSquare(files[done], size, cancelled));
            }
            catch (MalformedFileException exception)
            {
                skipped.Add(exception.Message);
            }

            progress?.Invoke(done + 1, files.Length);
        }

        int count = files.Length - skipped.Count;
        return new PictureFolder(new ImageDataset(new IdxImages(count, size, size, [.. pixels])), skipped);
    }

    /// <summary>All files; links to folders are listed, but not followed, since they may lead back to where they are.</summary>
    private static FileSystemEnumerable<string> Files(string path) =>
        new(path, (ref entry) => entry.ToSpecifiedFullPath(), EveryFile)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory || IsLink(entry),
            ShouldRecursePredicate = (ref entry) => !IsLink(entry),
        };

    private static bool IsLink(in FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
