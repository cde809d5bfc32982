using MiniGan.Files;
using MiniGan.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Quantization;

namespace MiniGan.ImageSharp;

/// <summary>
/// Writes pictures and animations in the format that the file's ending names: PNG by <see cref="PngWriter"/> and
/// <see cref="AnimatedPngWriter"/>, the others by ImageSharp. JPEG has quality 95 and GIF 256 colours, which hold all greys; the other
/// formats keep each pixel as it is.
/// </summary>
public static class PictureWriter
{
    private const int GifUnits = 100; // a GIF's delays are in 1/100 s

    private static readonly Format[] Formats =
    [
        new(".png", int.MaxValue, PngWriter.Write, WriteAnimatedPng),
        new(".apng", int.MaxValue, null, WriteAnimatedPng),
        new(".gif", 65_535, (stream, picture) => Encode(stream, [picture], GifEncoderFor(picture)), WriteAnimatedGif),
        new(".webp", 16_382, WriteWebp, null),
        new(".jpg", 65_534, WriteJpeg, null),
        new(".jpeg", 65_534, WriteJpeg, null),
        new(".bmp", int.MaxValue, WriteBmp, null),
        new(".tif", int.MaxValue, WriteTiff, null),
        new(".tiff", int.MaxValue, WriteTiff, null),
    ];

    /// <summary>The endings of a picture's file: <c>.png</c> and so on.</summary>
    public static IReadOnlyList<string> PictureEndings { get; } = EndingsWhere(format => format.Picture is not null);

    /// <summary>The endings of an animation's file.</summary>
    public static IReadOnlyList<string> AnimationEndings { get; } = EndingsWhere(format => format.Animation is not null);

    /// <summary>The most rows or columns that a file of this name can have.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="ArgumentException">The ending names no format.</exception>
    public static int LargestSide(string path) => FormatOf(path).LargestSide;

    /// <summary>Writes a picture.</summary>
    /// <param name="path">
    /// Where, with one of <see cref="PictureEndings"/>, in upper or lower case; replaced if it exists, and never half-written.
    /// </param>
    /// <param name="picture">What.</param>
    /// <exception cref="ArgumentException">The ending names no format of pictures, or the picture is too large for it.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, Bitmap picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Format format = FormatOf(path);
        Action<Stream, Bitmap> write = format.Picture ?? throw new ArgumentException(
            $"A file '{format.Ending}' is an animation. Give frames and a delay, or a name that ends in {List(PictureEndings)}.",
            nameof(path));
        CheckSize(format, picture);
        AtomicFile.Write(path, stream => write(stream, picture));
    }

    /// <summary>Writes an animation that is played again and again.</summary>
    /// <param name="path">
    /// Where, with one of <see cref="AnimationEndings"/>, in upper or lower case; replaced if it exists, and never half-written.
    /// </param>
    /// <param name="frames">The pictures in order, at least one, all of the same size and channels.</param>
    /// <param name="delay">
    /// How long each is shown, in seconds, 0.001 to <see cref="AnimatedPngWriter.LongestDelay"/>; rounded to milliseconds, in a GIF to
    /// 1/100 s, at least one.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The ending names no format of animations, there are no frames, or they differ in size or channels or are too large for the format.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is out of its range.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Bitmap> frames, double delay)
    {
        Format format = FormatOf(path);
        Action<Stream, IReadOnlyList<Bitmap>, double> write = format.Animation ?? throw new ArgumentException(
            $"A file '{format.Ending}' holds no animation. Give a name that ends in {List(AnimationEndings)}.", nameof(path));
        AnimatedPngWriter.Check(frames, delay, plays: 0);
        CheckSize(format, frames[0]);
        AtomicFile.Write(path, stream => write(stream, frames, delay));
    }

    private static void WriteAnimatedPng(Stream stream, IReadOnlyList<Bitmap> frames, double delay) =>
        AnimatedPngWriter.Write(stream, frames, delay);

    private static void WriteAnimatedGif(Stream stream, IReadOnlyList<Bitmap> frames, double delay) =>
        Encode(stream, frames, GifEncoderFor(frames[0]), image =>
        {
            image.Metadata.GetGifMetadata().RepeatCount = 0; // for ever
            foreach (ImageFrame frame in image.Frames)
            {
                frame.Metadata.GetGifMetadata().FrameDelay = Math.Max(1, (int)Math.Round(delay * GifUnits));
            }
        });

    /// <summary>With a palette per frame: for one palette of all frames, ImageSharp takes a quantizer of its own.</summary>
    private static GifEncoder GifEncoderFor(Bitmap picture) => new()
    {
        Quantizer = IsGrey(picture) ? new GreyQuantizer() : new WuQuantizer(new QuantizerOptions { Dither = null }),
        ColorTableMode = GifColorTableMode.Local,
    };

    private static void WriteWebp(Stream stream, Bitmap picture) =>
        Encode(stream, [picture], new WebpEncoder { FileFormat = WebpFileFormatType.Lossless });

    private static void WriteJpeg(Stream stream, Bitmap picture) => Encode(stream, [picture], new JpegEncoder
    {
        Quality = 95,
        ColorType = IsGrey(picture) ? JpegColorType.Luminance : JpegColorType.YCbCrRatio444,
    });

    private static void WriteBmp(Stream stream, Bitmap picture) =>
        Encode(stream, [picture], new BmpEncoder { BitsPerPixel = IsGrey(picture) ? BmpBitsPerPixel.Pixel8 : BmpBitsPerPixel.Pixel24 });

    private static void WriteTiff(Stream stream, Bitmap picture) => Encode(stream, [picture], new TiffEncoder
    {
        Compression = TiffCompression.Deflate,
        BitsPerPixel = IsGrey(picture) ? TiffBitsPerPixel.Bit8 : TiffBitsPerPixel.Bit24,
        PhotometricInterpretation = IsGrey(picture) ? TiffPhotometricInterpretation.BlackIsZero : TiffPhotometricInterpretation.Rgb,
    });

    private static void Encode(Stream stream, IReadOnlyList<Bitmap> frames, IImageEncoder encoder, Action<Image>? describe = null)
    {
        using Image image = IsGrey(frames[0]) ? Join<L8>(frames) : Join<Rgb24>(frames);
        describe?.Invoke(image);

        // Encoders may go back in what they have written, so they get memory first.
        using var memory = new MemoryStream();
        image.Save(memory, encoder);
        memory.WriteTo(stream);
    }

    private static Image<TPixel> Join<TPixel>(IReadOnlyList<Bitmap> frames)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Image<TPixel> image = Image.LoadPixelData<TPixel>(frames[0].Pixels, frames[0].Width, frames[0].Height);
        foreach (Bitmap frame in frames.Skip(1))
        {
            using Image<TPixel> next = Image.LoadPixelData<TPixel>(frame.Pixels, frame.Width, frame.Height);
            image.Frames.AddFrame(next.Frames.RootFrame);
        }

        return image;
    }

    private static bool IsGrey(Bitmap picture) => picture.Channels == 1;

    private static void CheckSize(Format format, Bitmap picture)
    {
        if (Math.Max(picture.Width, picture.Height) > format.LargestSide)
        {
            string size = $"{picture.Width}×{picture.Height}";
            throw new ArgumentException(
                $"A file '{format.Ending}' has at most {format.LargestSide} rows and columns, but the picture is {size}.", nameof(picture));
        }
    }

    private static string[] EndingsWhere(Func<Format, bool> condition) => [.. Formats.Where(condition).Select(format => format.Ending)];

    private static string List(IEnumerable<string> endings) => string.Join(", ", endings);

    private static Format FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Array.Find(Formats, format => path.EndsWith(format.Ending, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"'{Path.GetExtension(path)}' names no picture format. Give a name that ends in {List(EndingsWhere(_ => true))}.",
                nameof(path));
    }

    /// <summary>A format, and what writes it; null for what it cannot hold.</summary>
    private sealed record Format(
        string Ending, int LargestSide, Action<Stream, Bitmap>? Picture, Action<Stream, IReadOnlyList<Bitmap>, double>? Animation);
}
