using MiniGan.Files;

namespace MiniGan.Imaging;

/// <summary>Writes PNG files (W3C Recommendation, third edition): 8-bit grey or RGB, not interlaced.</summary>
/// <example>
/// <code>
/// using var file = new MemoryStream();
/// PngWriter.Write(file, ImageConversion.Grid(new Tensor(new Shape(64, 1, 28, 28)), columns: 8)); // or a path
/// </code>
/// </example>
public static class PngWriter
{
    /// <summary>Writes a picture to a file.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="bitmap">What.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, Bitmap bitmap) => AtomicFile.Write(path, stream => Write(stream, bitmap));

    /// <summary>Writes a picture to a stream.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="bitmap">What.</param>
    public static void Write(Stream stream, Bitmap bitmap)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(bitmap);
        PngChunks.WriteHeader(stream, bitmap);
        using MemoryStream rows = PngChunks.Compress(bitmap, 0, 0, bitmap.Width, bitmap.Height);
        PngChunks.WriteChunk(stream, "IDAT"u8, rows.GetBuffer().AsSpan(0, (int)rows.Length));
        PngChunks.WriteChunk(stream, "IEND"u8, []);
    }
}
