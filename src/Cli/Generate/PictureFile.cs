using MiniGan.Cli.Common;
using MiniGan.ImageSharp;
using MiniGan.Imaging;

namespace MiniGan.Cli.Generate;

/// <summary>Pictures and animations as files.</summary>
internal static class PictureFile
{
    /// <summary>The endings of a still picture's name, to list them.</summary>
    public static string PictureEndings { get; } = string.Join(", ", PictureWriter.PictureEndings);

    /// <summary>The endings of an animation's name, to list them.</summary>
    public static string AnimationEndings { get; } = string.Join(", ", PictureWriter.AnimationEndings);

    /// <summary>Whether a name is that of a still picture.</summary>
    public static bool IsPicture(string path) => EndsIn(path, PictureWriter.PictureEndings);

    /// <summary>Whether a name is that of an animation.</summary>
    public static bool IsAnimation(string path) => EndsIn(path, PictureWriter.AnimationEndings);

    /// <summary>Writes a picture.</summary>
    /// <exception cref="UserException">It is too large for the format.</exception>
    public static void Write(string path, Bitmap picture)
    {
        CheckSize(path, picture);
        PictureWriter.Write(path, picture);
    }

    /// <summary>Writes an animation.</summary>
    /// <exception cref="UserException">It is too large for the format.</exception>
    public static void Write(string path, IReadOnlyList<Bitmap> frames, double secondsPerFrame)
    {
        CheckSize(path, frames[0]);
        PictureWriter.Write(path, frames, secondsPerFrame);
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

    private static bool EndsIn(string path, IEnumerable<string> endings) =>
        endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static void CheckSize(string path, Bitmap picture)
    {
        int largest = PictureWriter.LargestSide(path);
        if (Math.Max(picture.Width, picture.Height) > largest)
        {
            throw new UserException(
                $"--out: a file '{Path.GetExtension(path)}' has at most {largest} rows and columns, but the picture is " +
                $"{picture.Width}×{picture.Height}. Give a name that ends in .png, or make fewer images.");
        }
    }
}
