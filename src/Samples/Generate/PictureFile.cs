using MiniGan.Imaging;

namespace MiniGan.Samples.Generate;

/// <summary>Still pictures as files.</summary>
internal static class PictureFile
{
    /// <summary>How a picture is written to a file of this name; null if the name is none of a picture.</summary>
    public static Action<Bitmap>? WriterFor(string path)
    {
        if (path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            return picture => PngWriter.Write(path, picture);
        }

        if (ImageSharp.PictureWriter.CanWrite(path))
        {
            return picture => ImageSharp.PictureWriter.Write(path, picture);
        }

        return null;
    }

    /// <summary>Writes pictures into a folder as 001.png and so on.</summary>
    /// <param name="folder">Made if it is missing.</param>
    /// <param name="count">How many, so that all names are equally long.</param>
    /// <param name="pictures">In their order.</param>
    public static void WriteFolder(string folder, int count, IEnumerable<Bitmap> pictures)
    {
        int number = 0, digits = $"{count}".Length;
        foreach (Bitmap picture in pictures)
        {
            PngWriter.Write(Path.Combine(folder, $"{++number}".PadLeft(digits, '0') + ".png"), picture);
        }
    }
}
