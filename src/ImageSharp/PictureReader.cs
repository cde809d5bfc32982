using MiniGan.Files;
using MiniGan.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MiniGan.ImageSharp;

/// <summary>
/// Reads a picture from a file that may be anything: no picture at all, damaged, or crafted to do harm. Only a few decoders are used, and
/// the size of what they read is bounded.
/// </summary>
public static class PictureReader
{
    /// <summary>The most pixels that a picture can have.</summary>
    internal const int MostPixels = 64_000_000;

    /// <summary>The most bytes that a file can have.</summary>
    internal const int LargestFile = 64 << 20;

    private const long MostScannedPixels = 100L * MostPixels; // each scan of a progressive JPEG, usually ten, goes through all pixels

    private const int LargestBufferMegabytes = 512;

    private const string
        Damaged = "damaged or truncated.",
        Unsupported = "damaged, or of a kind that is not read, such as an animated WebP.",
        NoPicture = $"not a picture: {PictureFolder.Formats} are read.",
        NoOrdinaryFile = "empty, or a pipe or a device.",
        Unreadable = "cannot be read: the file is gone, or you lack the permission.",
        FolderLink = "a link to a folder, which is not followed.";

    private static readonly Configuration Decoders = MakeConfiguration();

    private static ReadOnlySpan<byte> StartOfScan => [0xFF, 0xDA];

    /// <summary>Reads a picture as it is: upright, over white, in grey if it has no colour.</summary>
    /// <param name="path">The file: PNG, JPEG, GIF (its first frame), BMP or WebP.</param>
    /// <exception cref="MalformedFileException">
    /// It is no picture or no ordinary file, damaged, of more than 4096 rows or columns, or of more than 64 MiB, or cannot be read.
    /// </exception>
    public static Bitmap Read(string path)
    {
        byte[] file = ReadFile(path);
        (int height, int width) = SizeOf(path, file);
        if (Math.Max(height, width) > PictureOptions.LargestSide)
        {
            throw new MalformedFileException(
                path, $"it has {height}×{width} pixels; at most {PictureOptions.LargestSide} rows and columns are read.");
        }

        byte[] pixels = Read(path, file, new PictureOptions { Size = (height, width) }, CancellationToken.None);
        return new Bitmap(width, height, pixels.Length / (height * width), pixels);
    }

    /// <summary>Height and width of a picture, upright, by what its header says.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="file">Its bytes.</param>
    /// <exception cref="MalformedFileException">It is no picture, or a damaged or a too large one.</exception>
    internal static (int Height, int Width) SizeOf(string path, byte[] file) => Guard(path, () =>
    {
        using MemoryStream stream = Open(path, file, out _, out IImageInfo info);
        return IsTurned(info.Metadata) ? (info.Width, info.Height) : (info.Height, info.Width);
    });

    /// <summary>Reads a picture: the middle of it, resampled.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="options">What it becomes, with a size.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <returns>
    /// [H][W] bytes of a grey picture, [H][W][3] of another; unless the options ask for a number of channels. 0 dark to 255 bright.
    /// </returns>
    /// <exception cref="MalformedFileException">It is no picture, or a damaged or a too large one.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    internal static byte[] Read(string path, byte[] file, PictureOptions options, CancellationToken cancelled) => Guard(path, () =>
    {
        (int height, int width) = options.Size!.Value;
        using Image<Rgba32> image = Decode(path, file, cancelled);

        // Turned last, when it is small; what is to be upright is cropped lying.
        bool isTurned = IsTurned(image.Metadata);
        image.Mutate(context => context.BackgroundColor(
            Color.FromRgb(options.Background.Red, options.Background.Green, options.Background.Blue)));
        PictureFit.Fit(image, isTurned ? width : height, isTurned ? height : width);
        image.Mutate(context => context.AutoOrient());
        byte[] colours = new byte[3 * height * width];
        using (Image<Rgb24> opaque = image.CloneAs<Rgb24>())
        {
            opaque.CopyPixelDataTo(colours);
        }

        return options.Channels == 3 || (options.Channels is null && !IsGrey(colours)) ? colours : Luma(colours);
    });

    private static bool IsGrey(ReadOnlySpan<byte> colours)
    {
        for (int i = 0; i < colours.Length; i += 3)
        {
            if (colours[i] != colours[i + 1] || colours[i] != colours[i + 2])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The luma of ITU-R BT.709; of a grey the same.</summary>
    private static byte[] Luma(ReadOnlySpan<byte> colours)
    {
        byte[] grey = new byte[colours.Length / 3];
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = (byte)(((2126 * colours[3 * i]) + (7152 * colours[(3 * i) + 1]) + (722 * colours[(3 * i) + 2]) + 5000) / 10_000);
        }

        return grey;
    }

    /// <summary>Whether the camera stood on its side, so that height and width change places.</summary>
    private static bool IsTurned(ImageMetadata metadata) =>
        metadata.ExifProfile?.GetValue(ExifTag.Orientation)?.Value is >= 5 and <= 8;

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not (MalformedFileException or OperationCanceledException))
        {
            // Whatever a decoder throws, null references too, is the file's fault. What it says is not passed on: it
            // differs from run to run.
            throw new MalformedFileException(path, exception is NotSupportedException ? Unsupported : Damaged, exception);
        }
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is no ordinary file, too large, or cannot be read.</exception>
    internal static byte[] ReadFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new MalformedFileException(path, FolderLink);
        }

        try
        {
            var info = new FileInfo(path);
            long length = ((FileInfo?)info.ResolveLinkTarget(returnFinalTarget: true) ?? info).Length;
            if (length == 0)
            {
                throw new MalformedFileException(path, NoOrdinaryFile);
            }

            if (length > LargestFile)
            {
                throw TooLarge(path, $"{length:N0} bytes, at most {LargestFile:N0}");
            }

            using FileStream stream = OrdinaryFile.OpenRead(path);
            byte[] file = new byte[length];
            stream.ReadExactly(file);
            return file;
        }
        catch (Exception exception) when (exception is not MalformedFileException and (IOException or UnauthorizedAccessException))
        {
            throw new MalformedFileException(path, Unreadable, exception);
        }
    }

    private static Image<Rgba32> Decode(string path, byte[] file, CancellationToken cancelled)
    {
        using MemoryStream stream = Open(path, file, out IImageFormat format, out _);
        return Decoders.ImageFormatsManager.FindDecoder(format).Decode<Rgba32>(Decoders, stream, cancelled);
    }

    /// <summary>A stream that stands at the beginning of a picture which is whole and not too large.</summary>
    private static MemoryStream Open(string path, byte[] file, out IImageFormat format, out IImageInfo info)
    {
        format = Image.DetectFormat(Decoders, file) ?? throw new MalformedFileException(path, NoPicture);
        if (!PictureStructure.IsWhole(format, file))
        {
            throw new MalformedFileException(path, Damaged);
        }

        // The decoder of WebP reads to the end of the stream, wherever that is.
        MemoryStream stream = format is WebpFormat ? new MemoryStream(file) : new StrictStream(file);
        info = Image.Identify(Decoders, stream);
        long pixels = (long)info.Width * info.Height;
        int scans = format is JpegFormat ? file.AsSpan().Count(StartOfScan) : 1;
        if (pixels > MostPixels)
        {
            throw TooLarge(path, $"{info.Width}×{info.Height}, at most {MostPixels:N0} pixels");
        }

        if (pixels * scans > MostScannedPixels)
        {
            throw TooLarge(path, $"{info.Width}×{info.Height} in {scans} scans, at most {MostScannedPixels:N0} pixels in all of them");
        }

        stream.Position = 0;
        return stream;
    }

    private static MalformedFileException TooLarge(string path, FormattableString sizes) =>
        new(path, $"too large: {FormattableString.Invariant(sizes)}.");

    private static Configuration MakeConfiguration()
    {
        var configuration = new Configuration
        {
            MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = LargestBufferMegabytes }),
            StreamProcessingBufferSize = 1, // for StrictStream
        };
        Add(PngFormat.Instance, new PngDecoder { IgnoreMetadata = true }, new PngImageFormatDetector());
        Add(JpegFormat.Instance, new JpegDecoder(), new JpegImageFormatDetector()); // whose metadata say which side is up
        var firstFrame = new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First };
        Add(GifFormat.Instance, firstFrame, new GifImageFormatDetector());
        Add(BmpFormat.Instance, new BmpDecoder(), new BmpImageFormatDetector());
        Add(WebpFormat.Instance, new WebpDecoder { IgnoreMetadata = true }, new WebpImageFormatDetector());
        return configuration;

        void Add(IImageFormat format, IImageDecoder decoder, IImageFormatDetector detector)
        {
            configuration.ImageFormatsManager.SetDecoder(format, decoder);
            configuration.ImageFormatsManager.AddImageFormatDetector(detector);
        }
    }
}
