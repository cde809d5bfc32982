using MiniGan.Data;
using MiniGan.ImageSharp;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary><c>train --data FOLDER</c> of ordinary pictures.</summary>
internal static class Pictures
{
    /// <summary>The IDX files of a folder, or the pictures in it where it has none; those that cannot be read are named and skipped.</summary>
    /// <exception cref="UserException">There is neither.</exception>
    public static ImageDataset Load(DataFolder data)
    {
        if (ImageDataset.HasTraining(data.Path))
        {
            return ImageDataset.LoadTraining(data.Path);
        }

        PictureFolder pictures = PictureFolder.Load(data.Path, GanModel.ImageSize);
        foreach (string line in pictures.Skipped)
        {
            Console.WriteLine($"Skipped {line}");
        }

        return pictures.Dataset.Count > 0
            ? pictures.Dataset
            : throw new UserException($"--data: '{data.Path}' holds neither train-images-idx3-ubyte nor any picture.");
    }
}
