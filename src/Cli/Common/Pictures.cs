using MiniGan.Data;
using MiniGan.ImageSharp;

namespace MiniGan.Cli.Common;

/// <summary><c>train --data FOLDER</c> of ordinary pictures.</summary>
internal static class Pictures
{
    /// <summary>Height and width of the images that the recipes' networks take.</summary>
    public const int ImageSize = 28;

    private const int MostNamed = 10, ProgressSteps = 1000;

    /// <summary>
    /// The training images of a folder, as the networks take them: its IDX files, or where it has none, the pictures in it. The
    /// first files that are skipped are named.
    /// </summary>
    /// <exception cref="UserException">There is neither, or the images have another size.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static ImageDataset Load(DataFolder data, CancellationToken cancelled)
    {
        if (!data.HoldsPictures)
        {
            return Check(ImageDataset.LoadTraining(data.Path), data.Path);
        }

        PictureFolder? pictures = null;
        Progress.Run(ProgressSteps, progress =>
        {
            void Tell(int done, int all) => progress.Advance((long)ProgressSteps * done / all, $"{done} of {all} files");
            pictures = PictureFolder.Load(data.Path, ImageSize, Tell, cancelled);
        }, cancelled);
        IReadOnlyList<string> skipped = pictures!.Skipped;
        foreach (string line in skipped.Take(MostNamed))
        {
            CommandLine.Print($"Skipped {line}");
        }

        if (skipped.Count > MostNamed)
        {
            Console.WriteLine($"Skipped {skipped.Count - MostNamed} more.");
        }

        return pictures.Dataset.Count > 0
            ? pictures.Dataset
            : throw new UserException(
                $"--data: '{data.Path}' holds neither train-images-idx3-ubyte nor any picture ({PictureFolder.Formats} are read).");
    }

    private static ImageDataset Check(ImageDataset dataset, string path) =>
        dataset.Count == 0
            ? throw new UserException($"--data: '{path}' holds no images: its file is there, but has 0 of them. Get it anew.")
        : dataset.Height == ImageSize && dataset.Width == ImageSize ? dataset
        : throw new UserException(
            $"--data: the networks take images of {ImageSize}×{ImageSize}, but those in '{path}' are {dataset.Height}×{dataset.Width}.");
}
