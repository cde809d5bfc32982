using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Runs.Folders;
using MiniGan.Tensors;

namespace MiniGan.Cli.Evaluate;

/// <summary>Which real images samples are compared with, and how they are read.</summary>
internal static class RealImages
{
    /// <summary>Those that were asked for, else those of the checkpoint's run, else MNIST; of the samples' size and colour.</summary>
    /// <param name="data">What was asked for, or null.</param>
    /// <param name="layout">Of arrays; null for the run's, or what their shape tells.</param>
    /// <param name="checkpoint">The checkpoint of a run; null if the samples are of none.</param>
    /// <param name="image">The shape of a sample.</param>
    /// <exception cref="UserException">There are no such images, or they cannot have that shape.</exception>
    public static (DataFolder Folder, ImageSettings Settings) Of(string? data, ImageLayout? layout, string? checkpoint, ImageShape image)
    {
        if (image.Channels is not (1 or 3))
        {
            throw new UserException(
                $"samples of {image.Channels} channels cannot be compared with images, which are grey (1) or in colour (3).");
        }

        var settings = new ImageSettings { Size = (image.Height, image.Width), Channels = image.Channels, Layout = layout };
        return data is null && checkpoint is not null && StoredBy(checkpoint) is { DataFolder: string path } run
            ? (DataFolder.FindAgain(run.Data, path, "--checkpoint"), settings with { Layout = layout ?? run.Image?.Layout })
            : (DataFolder.Find(data ?? "mnist"), settings);
    }

    /// <summary>The run that a checkpoint lies in, or in whose folder of checkpoints; null if it lies in none.</summary>
    private static RunSpecification? StoredBy(string checkpoint)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(checkpoint))!;
        foreach (string? candidate in (string?[])[folder, Path.GetDirectoryName(folder)])
        {
            if (candidate is not null && EarlierRun.IsRun(new RunFiles(candidate)))
            {
                return RunSpecification.Read(new RunFiles(candidate).Configuration);
            }
        }

        return null;
    }
}
