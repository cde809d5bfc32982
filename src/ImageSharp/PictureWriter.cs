using MiniGan.Files;
using MiniGan.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.ImageSharp;

/// <summary>Writes pictures in every format that ImageSharp knows: GIF, WebP, JPEG, BMP, TIFF and more.</summary>
public static class PictureWriter
{
    /// <summary>Whether a file of this name can be written: whether its ending names a format.</summary>
    /// <param name="path">The file's name.</param>
    public static bool CanWrite(string path) => FormatOf(path) is not null;

    /// <summary>Writes a picture in the format that the file's ending names.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="bitmap">What.</param>
    /// <exception cref="ArgumentException">The ending names no format.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, Bitmap bitmap)
    {
        ArgumentNullException.ThrowIfNull(bitmap);
        IImageFormat format = FormatOf(path) ?? throw new ArgumentException($"'{Path.GetExtension(path)}' names no picture format.", nameof(path));
        using Image image = bitmap.Channels == 1
            ? Image.LoadPixelData<L8>(bitmap.Pixels, bitmap.Width, bitmap.Height)
            : Image.LoadPixelData<Rgb24>(bitmap.Pixels, bitmap.Width, bitmap.Height);
        AtomicFile.Write(path, stream =>
        {
            // Encoders may go back in what they have written, so they get memory first.
            using var memory = new MemoryStream();
            image.Save(memory, Configuration.Default.ImageFormatsManager.FindEncoder(format));
            memory.WriteTo(stream);
        });
    }

    private static IImageFormat? FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string ending = Path.GetExtension(path).TrimStart('.');
        return ending.Length > 0 ? Configuration.Default.ImageFormatsManager.FindFormatByFileExtension(ending) : null;
    }
}
