using MiniGan.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MiniGan.ImageSharp;

/// <summary>Ordinary pictures, of any size and format that ImageSharp reads, as a data set: grey, cropped to a square in the middle and resized.</summary>
/// <param name="Dataset">The pictures, in the order of their paths; their labels are all 0.</param>
/// <param name="Skipped">Files that are no pictures, or damaged ones, with the reason.</param>
public sealed record PictureFolder(ImageDataset Dataset, IReadOnlyList<string> Skipped)
{
    /// <summary>Loads a folder and all folders in it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="size">Height and width of the images that the network takes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    public static PictureFolder Load(string path, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        List<byte> pixels = [];
        List<string> skipped = [];
        int count = 0;
        foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            try
            {
                using Image<L8> image = Image.Load<L8>(file);
                image.Mutate(context => context.AutoOrient().Resize(new ResizeOptions { Size = new Size(size, size), Mode = ResizeMode.Crop }));
                byte[] one = new byte[checked(size * size)];
                image.CopyPixelDataTo(one);
                pixels.AddRange(one);
                count++;
            }
            catch (Exception exception) when (exception is ImageFormatException or ImageProcessingException or InvalidDataException or NotSupportedException)
            {
                skipped.Add($"{file}: {exception.Message.ReplaceLineEndings(" ")}");
            }
        }

        return new PictureFolder(new ImageDataset(new IdxImages(count, size, size, [.. pixels]), new byte[count]), skipped);
    }
}
