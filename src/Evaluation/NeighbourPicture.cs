using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// Pictures beside those that a generator learned from and that are nearest to them, pixel by pixel (as in figure 2 of Goodfellow et al.
/// 2014) or in the features of a network, where a twin that is moved by a pixel is still one: what was memorised stands beside its twin.
/// </summary>
public static class NeighbourPicture
{
    private const int Panels = 2, Gap = 4, Scale = 2, MostPerPart = 5000, ValuesPerPart = 1 << 24;

    private static ReadOnlySpan<byte> Background => [32, 32, 32];

    private static ReadOnlySpan<byte> Frame => [255, 176, 0];

    /// <summary>
    /// Draws two panels of rows: a picture in a frame, then its neighbours, the nearest first. In colour, twice the size.
    /// </summary>
    /// <param name="pictures">[N, 1 or 3, H, W] in [−1, 1], at least one.</param>
    /// <param name="training">What the generator learned from, of the same shape.</param>
    /// <param name="neighbours">Neighbours a picture, at least 1.</param>
    /// <param name="space">In whose features they are nearest; null for their pixels.</param>
    /// <exception cref="ArgumentException">
    /// There are no pictures, or their shape is not that of the training images, or theirs not that of the space.
    /// </exception>
    public static Bitmap Draw(Tensor pictures, ImageDataset training, int neighbours = 6, FeatureSpace? space = null)
    {
        IReadOnlyList<IReadOnlyList<Neighbour>> found = Find(pictures, training, neighbours, space);
        int columns = Math.Min(neighbours, training.Count) + 1, rows = (pictures.Shape.N + Panels - 1) / Panels;
        int cellHeight = (training.Height * Scale) + Gap, cellWidth = (training.Width * Scale) + Gap,
            panelWidth = (columns * cellWidth) + (3 * Gap);
        int width = (Math.Min(Panels, pictures.Shape.N) * panelWidth) + Gap, height = (rows * cellHeight) + Gap;
        byte[] target = new byte[width * height * 3], drawn = ImageConversion.ToBytes(pictures);
        Fill(target, width, 0, 0, width, height, Background);
        var neighbour = new Tensor(training.ImageShape.Batch(1));
        int size = training.ImageShape.Count;
        for (int n = 0; n < found.Count; n++)
        {
            int left = Gap + (n / rows * panelWidth), top = Gap + (n % rows * cellHeight);
            Fill(target, width, left - 2, top - 2, cellWidth, cellHeight, Frame);
            Copy(drawn.AsSpan(n * size, size), training.ImageShape, target, width, left, top);
            for (int i = 0; i < found[n].Count; i++)
            {
                training.CopyTo([found[n][i].Index], neighbour);
                Copy(ImageConversion.ToBytes(neighbour), training.ImageShape, target, width, left + ((i + 1) * cellWidth) + Gap, top);
            }
        }

        return new Bitmap(width, height, 3, target);
    }

    /// <summary>
    /// The mean Euclidean distance, over all pixels in [−1, 1] or all features, of pictures to the training image nearest to each. Far less
    /// than that of test images, which nobody has learned, means memorising.
    /// </summary>
    /// <param name="pictures">[N, 1 or 3, H, W] in [−1, 1], at least one.</param>
    /// <param name="training">The training images, of the same shape.</param>
    /// <param name="space">In whose features they are nearest; null for their pixels.</param>
    /// <exception cref="ArgumentException">
    /// There are no pictures, or their shape is not that of the training images, or theirs not that of the space.
    /// </exception>
    public static double MeanNearestDistance(Tensor pictures, ImageDataset training, FeatureSpace? space = null) =>
        Find(pictures, training, 1, space).Average(list => list[0].Distance);

    private static IReadOnlyList<IReadOnlyList<Neighbour>> Find(
        Tensor pictures, ImageDataset training, int neighbours, FeatureSpace? space)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        Shape shape = pictures.Shape;
        if (shape.Rank != 4 ||
            shape.Count == 0 ||
            training.Count == 0 ||
            shape.C is not (1 or 3) ||
            shape != training.ImageShape.Batch(shape.N))
        {
            throw new ArgumentException(
                $"Neighbours are found for pictures of {training.ImageShape}, grey or in colour, among at least one image, but got " +
                $"{shape} and {training.Count}.",
                nameof(pictures));
        }

        Func<Tensor, Tensor> vectors = space is null ? Pixels : space.Describe;
        return NearestNeighbours.Find(vectors(pictures), Parts(training).Select(vectors), neighbours);
    }

    /// <summary>The training images in parts that fit into memory, whatever their size.</summary>
    private static IEnumerable<Tensor> Parts(ImageDataset training)
    {
        Func<int, Tensor> next = training.InOrder();
        int most = Math.Clamp(ValuesPerPart / training.ImageShape.Count, 1, MostPerPart);
        for (int done = 0; done < training.Count; done += most)
        {
            yield return next(Math.Min(most, training.Count - done));
        }
    }

    private static Tensor Pixels(Tensor images) =>
        Tensor.FromRowMajor(new Shape(images.Shape.N, images.Shape.Count / images.Shape.N), images.Span);

    private static void Copy(ReadOnlySpan<byte> image, ImageShape shape, byte[] target, int width, int left, int top)
    {
        for (int i = 0; i < shape.Height * shape.Width; i++)
        {
            ReadOnlySpan<byte> pixel = image.Slice(i * shape.Channels, shape.Channels);
            Fill(
                target, width, left + (i % shape.Width * Scale), top + (i / shape.Width * Scale), Scale, Scale,
                [pixel[0], pixel[pixel.Length / 2], pixel[^1]]);
        }
    }

    private static void Fill(byte[] target, int width, int left, int top, int fillWidth, int fillHeight, ReadOnlySpan<byte> colour)
    {
        for (int y = top; y < top + fillHeight; y++)
        {
            for (int x = left; x < left + fillWidth; x++)
            {
                colour.CopyTo(target.AsSpan(((y * width) + x) * 3));
            }
        }
    }
}
