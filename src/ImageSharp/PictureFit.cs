using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Tensors;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace MiniGan.ImageSharp;

/// <summary>
/// Brings images to a size and a number of channels: the middle with the proportions that are wanted, resampled by Lanczos's filter of
/// three lobes where it shrinks and by Catmull and Rom's bicubic one where it grows, which rings less.
/// </summary>
public static class PictureFit
{
    /// <summary>The images of a data set in another shape, with their labels; the same data set if it has that shape.</summary>
    /// <param name="dataset">Images with one or three channels.</param>
    /// <param name="shape">The shape wanted, with one or three channels. Grey from colour is the luma of ITU-R BT.709.</param>
    /// <param name="progress">Told after each image how many are done, and of how many.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <exception cref="ArgumentException">Channels are neither 1 nor 3, or an image is empty.</exception>
    /// <exception cref="MalformedFileException">An array cannot hold them.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static ImageDataset Resize(
        ImageDataset dataset, ImageShape shape, Action<int, int>? progress = null, CancellationToken cancelled = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ImageShape from = dataset.ImageShape;
        if (from == shape)
        {
            return dataset;
        }

        if (from.Channels is not (1 or 3) || shape.Channels is not (1 or 3) || from.Count == 0 || shape.Height < 1 || shape.Width < 1)
        {
            throw new ArgumentException(
                $"Images have 1 or 3 channels and at least a pixel, but {from} is to become {shape}.", nameof(shape));
        }

        MemoryLimit.Require("the images", $"{dataset.Count} of {shape}", (Int128)dataset.Count * shape.Count, isOneArray: true);
        byte[] pixels = new byte[dataset.Count * shape.Count], buffer = new byte[from.Count];
        for (int i = 0; i < dataset.Count; i++)
        {
            cancelled.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> image = dataset.Pixels.Read(i, buffer);
            Span<byte> to = pixels.AsSpan(i * shape.Count, shape.Count);
            if (from.Channels == 1)
            {
                using Image<L8> grey = Image.LoadPixelData<L8>(image, from.Width, from.Height);
                ToBytes(grey, shape, to);
            }
            else
            {
                using Image<Rgb24> colour = Image.LoadPixelData<Rgb24>(image, from.Width, from.Height);
                ToBytes(colour, shape, to);
            }

            progress?.Invoke(i + 1, dataset.Count);
        }

        return new ImageDataset(
            new IdxImages(dataset.Count, shape, pixels), dataset.HasLabels ? [.. dataset.Labels] : null,
            dataset.LabelNames.Count > 0 ? dataset.LabelNames : null);
    }

    /// <summary>Crops and resamples a picture in place.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    internal static void Fit(Image image, int height, int width)
    {
        if (image.Height == height && image.Width == width)
        {
            return;
        }

        // Cropped before it is resampled: resampled first, a picture of one column could have a billion rows.
        int rows = (int)Math.Clamp((long)image.Width * height / width, 1, image.Height),
            columns = (int)Math.Clamp((long)image.Height * width / height, 1, image.Width);
        var middle = new Rectangle((image.Width - columns) / 2, (image.Height - rows) / 2, columns, rows);
        IResampler filter = rows > height || columns > width ? KnownResamplers.Lanczos3 : KnownResamplers.CatmullRom;
        image.Mutate(context => context.Crop(middle).Resize(width, height, filter));
    }

    private static void ToBytes<TPixel>(Image<TPixel> image, ImageShape shape, Span<byte> to)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Fit(image, shape.Height, shape.Width);
        if (shape.Channels == 1)
        {
            using Image<L8> grey = image.CloneAs<L8>();
            grey.CopyPixelDataTo(to);
        }
        else
        {
            using Image<Rgb24> colour = image.CloneAs<Rgb24>();
            colour.CopyPixelDataTo(to);
        }
    }
}
