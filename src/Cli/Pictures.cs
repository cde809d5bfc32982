using MiniGan.Data;
using MiniGan.ImageSharp;

namespace MiniGan.Cli;

/// <summary><c>train --data FOLDER</c> of ordinary pictures.</summary>
internal static class Pictures
{
    private const int MostNamed = 10, ProgressSteps = 1000;

    /// <summary>The IDX files of a folder, or where it has none, the pictures in it. The first files that are skipped are named.</summary>
    /// <exception cref="UserException">There is neither.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static ImageDataset Load(DataFolder data, CancellationToken cancelled)
    {
        if (!data.HoldsPictures)
        {
            return ImageDataset.LoadTraining(data.Path);
        }

        PictureFolder? pictures = null;
        Progress.Run(ProgressSteps, progress =>
        {
            void Tell(int done, int all) => progress.Advance((long)ProgressSteps * done / all, $"{done} of {all} files");
            pictures = PictureFolder.Load(data.Path, TrainCommand.ImageSize, Tell, cancelled);
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
}
