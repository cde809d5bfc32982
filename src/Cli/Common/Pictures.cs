using MiniGan.Data;
using MiniGan.Files;
using MiniGan.ImageSharp;
using MiniGan.Runs.Folders;
using MiniGan.Tensors;

namespace MiniGan.Cli.Common;

/// <summary>The images of <c>--data</c>, whatever they are in.</summary>
internal static class Pictures
{
    /// <summary>The fewest rows or columns that the recipes' networks take.</summary>
    public const int LeastSide = 8;

    /// <summary>The most rows or columns that the recipes' networks take.</summary>
    public const int MostSide = 128;

    private const long MostInMemory = 1L << 30;

    private const int MostNamed = 10, MostLabelsNamed = 12, ProgressSteps = 1000;

    /// <summary>
    /// The training images of a folder, its IDX files, or where it has none, the pictures in it, those of a zip, or an array. The first
    /// files that are skipped are named, and what the images became is told.
    /// </summary>
    /// <exception cref="UserException">There is none, or the images have sizes that the networks do not take.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static ImageDataset Load(DataFolder data, ImageSettings settings, CancellationToken cancelled, bool silent = false)
    {
        Action<string> tell = silent ? _ => { } : CommandLine.Print;
        return data.HoldsPictures
            ? LoadPictures(data, settings, tell, cancelled)
            : Fit(
                data, settings,
                data.IsArray
                    ? new ImageDataset(NpyReader.ReadImages(data.Path, settings.Layout))
                    : ImageDataset.LoadTraining(data.Path, settings.Layout),
                tell, cancelled);
    }

    /// <summary>The test images of a folder of IDX files, fitted as the training images are; null if there are none.</summary>
    /// <exception cref="UserException">They have sizes that the networks do not take.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static ImageDataset? LoadTest(DataFolder data, ImageSettings settings, CancellationToken cancelled) =>
        data.HoldsPictures || data.IsArray || !ImageDataset.HasTest(data.Path)
            ? null
            : Fit(data, settings, ImageDataset.LoadTest(data.Path, settings.Layout), _ => { }, cancelled);

    /// <summary>Size and colour of images, for people.</summary>
    public static string InWords(ImageShape shape) =>
        $"{shape.Height}×{shape.Width} {(shape.Channels == 1 ? "in grey" : shape.Channels == 3 ? "in colour" : $"× {shape.Channels}")}";

    private static ImageDataset LoadPictures(
        DataFolder data, ImageSettings settings, Action<string> tell, CancellationToken cancelled)
    {
        if (settings.Layout is not null)
        {
            throw new UserException("--layout is of arrays, but these are pictures. Leave it out.");
        }

        PictureFolder? pictures = null;
        var options = new PictureOptions
        {
            Size = settings.Size,
            Channels = settings.Channels,
            CacheFolder = CacheFolder(),
            MostInMemory = Math.Min(MostInMemory, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4),
        };
        WithProgress("files", report => pictures = PictureFolder.Load(data.Path, options, report, cancelled), cancelled);
        IReadOnlyList<string> skipped = pictures!.Skipped;
        foreach (string line in skipped.Take(MostNamed))
        {
            tell($"Skipped {line}");
        }

        if (skipped.Count > MostNamed)
        {
            tell($"Skipped {skipped.Count - MostNamed} more.");
        }

        ImageDataset dataset = pictures.Dataset;
        if (dataset.Count == 0)
        {
            string what = Directory.Exists(data.Path) ? "neither train-images-idx3-ubyte nor any picture" : "no picture";
            throw new UserException($"{data.Option}: '{data.Path}' holds {what} ({PictureFolder.Formats} are read).");
        }

        tell(Sentence(
            $"{dataset.Count} of {dataset.Count + skipped.Count} files are pictures: {InWords(dataset.ImageShape)}" +
            (pictures.Reason.Length > 0 ? $", {pictures.Reason}; --size and --channels choose otherwise" : ""),
            dataset, settings));
        if (pictures.Cache is string cache)
        {
            tell(
                $"Decoded they are in {Printable.Path(cache)}, from which training reads them, and so will the next. Delete it if there " +
                "is none.");
        }

        return dataset;
    }

    /// <summary>Where pictures go that are too many for memory: $MINIGAN_CACHE, or a folder of the user; null if there is none.</summary>
    private static string? CacheFolder()
    {
        string? given = Environment.GetEnvironmentVariable("MINIGAN_CACHE");
        string own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return !string.IsNullOrWhiteSpace(given) ? given : own.Length > 0 ? Path.Combine(own, "minigan", "pictures") : null;
    }

    private static ImageDataset Fit(
        DataFolder data, ImageSettings settings, ImageDataset read, Action<string> tell, CancellationToken cancelled)
    {
        if (read.Count == 0)
        {
            throw new UserException($"{data.Option}: '{data.Path}' holds no images: its file is there, but has 0 of them. Get it anew.");
        }

        ImageShape from = read.ImageShape, shape = new(
            settings.Channels ?? from.Channels, settings.Size?.Height ?? from.Height, settings.Size?.Width ?? from.Width);
        if (shape.Height is < LeastSide or > MostSide || shape.Width is < LeastSide or > MostSide || from.Count == 0)
        {
            throw new UserException(
                $"{data.Option}: the networks take images of {LeastSide} to {MostSide} rows and columns, but those in '{data.Path}' are " +
                $"{from.Height}×{from.Width}. Give others, or --size.");
        }

        ImageDataset dataset = read;
        if (shape != from)
        {
            WithProgress("images", report => dataset = PictureFit.Resize(read, shape, report, cancelled), cancelled);
            tell(Sentence($"{read.Count} images of {InWords(from)} become {InWords(shape)}", dataset, settings));
        }
        else if (data.IsArray || shape.Channels > 1 || settings.Flip || settings.Balance)
        {
            tell(Sentence($"{read.Count} images of {InWords(from)}", dataset, settings));
        }

        return dataset;
    }

    private static string Sentence(string what, ImageDataset dataset, ImageSettings settings)
    {
        int labels = dataset.HasLabels ? new LabelSet(dataset.Labels).Count : 0;
        string names = string.Join(", ", dataset.LabelNames.Take(MostLabelsNamed).Select(Printable.Name));
        string named = names.Length == 0 ? "" : $": {names}{(dataset.LabelNames.Count > MostLabelsNamed ? ", …" : "")}";
        return
            $"{what}; {(labels == 0 ? "no labels" : $"{labels} label{(labels == 1 ? "" : "s")}{named}")}" +
            (settings.Flip ? "; half of them mirrored, others each time" : "") + (settings.Balance ? "; as many of each label." : ".");
    }

    private static void WithProgress(string what, Action<Action<int, int>> work, CancellationToken cancelled) =>
        Progress.Run(
            ProgressSteps,
            progress => work((done, all) => progress.Advance((long)ProgressSteps * done / all, $"{done} of {all} {what}")), cancelled);
}
