using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.ImageSharp;

/// <summary>
/// A folder, or a zip, of ordinary pictures (PNG, JPEG, GIF, BMP and WebP, of any size) as a data set: the middle of each, resampled
/// (<see cref="PictureFit"/>), over a background where it is transparent. Of an animation the first frame is taken. Sub-folders are labels.
/// </summary>
/// <param name="Dataset">
/// The pictures, in the order of their paths. If they are in several folders below the one that they have in common, and none beside those,
/// their folders are their labels: by their own numbers if they are called so, else by their places in ordinal order, with their names.
/// </param>
/// <param name="Skipped">A line for each file that was left out: its path, a colon and the reason.</param>
/// <param name="Reason">Why they have their shape, in words; empty if the options say all of it.</param>
/// <example>
/// <code>
/// ImageDataset pictures = PictureFolder.Load("pictures", size: 64).Dataset;
/// </code>
/// </example>
public sealed record PictureFolder(ImageDataset Dataset, IReadOnlyList<string> Skipped, string Reason)
{
    /// <summary>What is read, for messages.</summary>
    public const string Formats = "PNG, JPEG, GIF, BMP and WebP";

    /// <summary>The file that the decoded pictures are in; null if they are in memory.</summary>
    public string? Cache { get; init; }

    /// <summary>Loads pictures as squares.</summary>
    /// <inheritdoc
    ///   cref="Load(string, PictureOptions, Action{int, int}, CancellationToken)" path="/*[not(self::summary) and not(self::param)]"/>
    /// <param name="path">The folder, or the zip.</param>
    /// <param name="size">Height and width, 1 to 4096.</param>
    public static PictureFolder Load(string path, int size) => Load(path, new PictureOptions { Size = (size, size) });

    /// <summary>
    /// Loads a folder and all folders in it, or a zip, which is not unpacked. Files that are no pictures, damaged, too large or no ordinary
    /// files are skipped.
    /// </summary>
    /// <param name="path">The folder, or the zip.</param>
    /// <param name="options">What they become; null: what fits them.</param>
    /// <param name="progress">Told after each file how many are done, and of how many; with a size to choose, each counts twice.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    /// <exception cref="MalformedFileException">It is a file, but no zip, or the pictures are more than memory holds.</exception>
    /// <exception cref="IOException">The folder cannot be read, or the cache not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static PictureFolder Load(
        string path, PictureOptions? options, Action<int, int>? progress = null, CancellationToken cancelled = default)
    {
        options ??= new PictureOptions();
        using var files = PictureFiles.Open(path);
        int done = 0, all = files.All.Count * (options.Size is null ? 2 : 1);
        void Advance()
        {
            progress?.Invoke(++done, all);
            cancelled.ThrowIfCancellationRequested();
        }

        string reason = "";
        bool areTooMany = options.AreTooMany(files.All.Count);
        if (areTooMany && (options.Size is null || options.Channels is null))
        {
            var choice = PictureChoice.Of(files, options, Choose);
            (options, reason) = (
                options with { Size = (choice.Height, choice.Width), Channels = choice.Channels }, choice.Reason);
        }
        else if (options.Size is null)
        {
            ((int, int) size, reason) = PictureSizes.Choose(SizesOf(files, Advance));
            options = options with { Size = size };
        }

        (int height, int width) = options.Size!.Value;
        if (areTooMany)
        {
            string cache = PictureCache.FileOf(files, options, PictureCache.PixelsEnding);
            PictureFolder cached = PictureCache.Open(cache) ?? PictureCache.Write(
                cache, new ImageShape(options.Channels!.Value, height, width), add => Decode(files, options, add, Advance, cancelled));
            return cached with { Reason = reason };
        }

        var pictures = new PictureStack(path, height, width, options.Channels);
        (List<string> names, List<string> skipped) = Decode(files, options, pictures.Add, Advance, cancelled);
        var labels = PictureLabels.Of(names);
        return new PictureFolder(new ImageDataset(pictures.ToImages(), labels.Labels, labels.Names), skipped, reason);

        PictureChoice Choose()
        {
            ((int Height, int Width) size, string why) =
                options.Size is (int, int) given ? (given, "") : PictureSizes.Choose(SizesOf(files, Advance));
            PictureOptions sized = options with { Size = size };
            return new(size.Height, size.Width, options.Channels ?? (files.All.Any(file => HasColour(file, sized)) ? 3 : 1), why);
        }

        bool HasColour(PictureFiles.Entry file, PictureOptions sized)
        {
            cancelled.ThrowIfCancellationRequested();
            try
            {
                (int height, int width) = sized.Size!.Value;
                return PictureReader.Read(file.Path, file.Read(), sized, cancelled).Length > height * width;
            }
            catch (MalformedFileException)
            {
                return false;
            }
        }
    }

    /// <summary>Decodes all files in turn.</summary>
    /// <returns>The names of the pictures, and a line for each file that is none.</returns>
    private static (List<string> Names, List<string> Skipped) Decode(
        PictureFiles files, PictureOptions options, Action<byte[]> add, Action advance, CancellationToken cancelled)
    {
        var names = new List<string>();
        var skipped = new List<string>();
        foreach (PictureFiles.Entry file in files.All)
        {
            byte[]? picture = null;
            try
            {
                picture = PictureReader.Read(file.Path, file.Read(), options, cancelled);
            }
            catch (MalformedFileException exception)
            {
                skipped.Add(exception.Message);
            }

            if (picture is not null)
            {
                add(picture);
                names.Add(file.Name);
            }

            advance();
        }

        return (names, skipped);
    }

    /// <summary>The sizes of all pictures; what is none is skipped, and told when it is to be decoded.</summary>
    private static List<(int Height, int Width)> SizesOf(PictureFiles files, Action advance)
    {
        var sizes = new List<(int, int)>();
        foreach (PictureFiles.Entry file in files.All)
        {
            try
            {
                sizes.Add(PictureReader.SizeOf(file.Path, file.Read()));
            }
            catch (MalformedFileException)
            {
                // Its turn comes.
            }

            advance();
        }

        return sizes;
    }
}
