using MiniGan.Files;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace MiniGan.ImageSharp;

/// <summary>
/// Reads a picture from a file that may be anything: no picture at all, damaged, or crafted to do harm. Only a few decoders are used, and
/// the size of what they read is bounded.
/// </summary>
internal static class PictureReader
{
    /// <summary>The most pixels that a picture can have.</summary>
    public const int MostPixels = 64_000_000;

    /// <summary>The most bytes that a file can have.</summary>
    public const int LargestFile = 64 << 20;

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

    /// <summary>Reads a picture as a grey square: the middle of it, resized.</summary>
    /// <param name="path">The file.</param>
    /// <param name="size">Height and width of the square.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <returns>size · size bytes, 0 black to 255 white, rows from the top.</returns>
    /// <exception cref="MalformedFileException">It is no picture, a damaged or a too large one, or it cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static byte[] ReadSquare(string path, int size, CancellationToken cancelled) =>
        ReadSquare(path, ReadFile(path), size, cancelled);

    /// <summary>The same for a file that is in memory.</summary>
    public static byte[] ReadSquare(string path, byte[] file, int size, CancellationToken cancelled)
    {
        try
        {
            using Image<L8> image = Decode(path, file, cancelled);

            // Cropped before it is resized: resized first, a picture of one column could have a billion rows.
            int side = Math.Min(image.Width, image.Height);
            var middle = new Rectangle((image.Width - side) / 2, (image.Height - side) / 2, side, side);
            image.Mutate(context => context.Crop(middle).Resize(size, size).AutoOrient());
            byte[] pixels = new byte[size * size];
            image.CopyPixelDataTo(pixels);
            return pixels;
        }
        catch (Exception exception) when (exception is not (MalformedFileException or OperationCanceledException))
        {
            // Whatever a decoder throws, null references too, is the file's fault. What it says is not passed on: it
            // differs from run to run.
            throw new MalformedFileException(path, exception is NotSupportedException ? Unsupported : Damaged, exception);
        }
    }

    private static byte[] ReadFile(string path)
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

    private static Image<L8> Decode(string path, byte[] file, CancellationToken cancelled)
    {
        IImageFormat format = Image.DetectFormat(Decoders, file) ?? throw new MalformedFileException(path, NoPicture);
        if (!PictureStructure.IsWhole(format, file))
        {
            throw new MalformedFileException(path, Damaged);
        }

        // The decoder of WebP reads to the end of the stream, wherever that is.
        using MemoryStream stream = format is WebpFormat ? new MemoryStream(file) : new StrictStream(file);
        IImageInfo info = Image.Identify(Decoders, stream);
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
        return Decoders.ImageFormatsManager.FindDecoder(format).Decode<L8>(Decoders, stream, cancelled);
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
