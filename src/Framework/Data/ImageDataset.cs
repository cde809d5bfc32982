using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>
/// Images of any shape [C, H, W], with labels or without, kept as bytes, in memory or in a file, and turned into floats a batch at a time.
/// </summary>
/// <example>
/// <code>
/// var grey = new IdxImages(100, 28, 28, new byte[100 * 28 * 28]);
/// var dataset = new ImageDataset(grey, labels: [.. Enumerable.Range(0, 100).Select(i => i % 10)]);
/// Batch batch = dataset.Shuffled(batchSize: 32, seed: 1).Next(); // 32 of them, in [-1, 1]
/// </code>
/// </example>
public sealed class ImageDataset
{
    private const string TrainingImages = "train-images-idx3-ubyte", TrainingLabels = "train-labels-idx1-ubyte";
    private const string TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";

    private readonly ImagePixels images;

    /// <summary>Joins images and labels.</summary>
    /// <param name="images">The images.</param>
    /// <param name="labels">A label of at least 0 for each image, or null for images without labels.</param>
    /// <param name="labelNames">The names of the labels 0, 1, 2, …, or null for labels without names.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many labels as images, one is negative, or there are names, but one has none.
    /// </exception>
    public ImageDataset(ImagePixels images, int[]? labels = null, IReadOnlyList<string>? labelNames = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (labels is not null && labels.Length != images.Count)
        {
            throw new ArgumentException(
                $"There must be a label for each image, but there are {images.Count} images and {labels.Length} labels.", nameof(labels));
        }

        if (labels is not null && labels.AsSpan().IndexOfAnyInRange(int.MinValue, -1) is >= 0 and int i)
        {
            throw new ArgumentException($"A label is a number of at least 0, but image {i} has {labels[i]}.", nameof(labels));
        }

        if (labelNames is not null && (labels is null || labels.Any(label => label >= labelNames.Count)))
        {
            throw new ArgumentException(
                $"Names are for labels from 0 to {labelNames.Count - 1}, but the images have {(labels is null ? "none" : "others")}.",
                nameof(labelNames));
        }

        this.images = images;
        (Labels, HasLabels, LabelNames) = (labels ?? [], labels is not null, labelNames ?? []);
    }

    /// <summary>Images.</summary>
    public int Count => images.Count;

    /// <summary>The bytes, wherever they are.</summary>
    internal ImagePixels Pixels => images;

    /// <summary>The shape of an image.</summary>
    public ImageShape ImageShape => images.Shape;

    /// <summary>Rows of each image.</summary>
    public int Height => images.Shape.Height;

    /// <summary>Columns of each image.</summary>
    public int Width => images.Shape.Width;

    /// <summary>Whether the images have labels.</summary>
    public bool HasLabels { get; }

    /// <summary>The label of each image; empty if they have none.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The names of the labels 0, 1, 2, …; empty if they have none.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>
    /// A checksum of all pixels, and of the labels if there are any (XXH3, 128 bits, hexadecimal), to know the data again.
    /// </summary>
    public string Checksum()
    {
        var hash = new XxHash128();
        byte[] buffer = new byte[ImageShape.Count];
        for (int i = 0; i < Count; i++)
        {
            hash.Append(images.Read(i, buffer));
        }

        hash.Append(
            Labels.All(label => label <= byte.MaxValue)
                ? [.. Labels.Select(label => (byte)label)]
                : MemoryMarshal.AsBytes<int>([.. Labels]));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>Whether a folder holds the images of a training set, plain or with <c>.gz</c>.</summary>
    /// <param name="directory">The folder; it need not exist.</param>
    public static bool HasTraining(string directory) => Paths(directory, TrainingImages).Any(File.Exists);

    /// <summary>
    /// Loads the training set of a folder that holds <c>train-images-idx3-ubyte</c> and, for labels,
    /// <c>train-labels-idx1-ubyte</c>, each plain or with <c>.gz</c>.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <param name="layout">Where the channels of colour images are; null to decide by which dimension is 1 or 3.</param>
    /// <exception cref="FileNotFoundException">The images are missing.</exception>
    /// <exception cref="MalformedFileException">A file is damaged, or there are not as many labels as images.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImageDataset LoadTraining(string directory, ImageLayout? layout = null) =>
        Load(directory, TrainingImages, TrainingLabels, layout);

    /// <summary>Whether a folder holds the images of a test set, plain or with <c>.gz</c>.</summary>
    /// <param name="directory">The folder; it need not exist.</param>
    public static bool HasTest(string directory) => Paths(directory, TestImages).Any(File.Exists);

    /// <summary>
    /// Loads the test set of a folder that holds <c>t10k-images-idx3-ubyte</c> and, for labels,
    /// <c>t10k-labels-idx1-ubyte</c>, each plain or with <c>.gz</c>.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <param name="layout">Where the channels of colour images are; null to decide by which dimension is 1 or 3.</param>
    /// <exception cref="FileNotFoundException">The images are missing.</exception>
    /// <exception cref="MalformedFileException">A file is damaged, or there are not as many labels as images.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImageDataset LoadTest(string directory, ImageLayout? layout = null) => Load(directory, TestImages, TestLabels, layout);

    /// <summary>Some of the images with their labels, as a data set of its own; the pixels are shared, not copied.</summary>
    /// <param name="indices">Which images, in the order wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ImageDataset Choose(ReadOnlySpan<int> indices)
    {
        int[] chosen = [.. indices];
        var pixels = new ChosenPixels(images, chosen);
        return new ImageDataset(pixels, HasLabels ? [.. chosen.Select(i => Labels[i])] : null, NamesOrNull);
    }

    /// <summary>Hands out the images from the first on: n → the next n, a fresh [n, C, H, W] in [−1, 1].</summary>
    public Func<int, Tensor> InOrder()
    {
        int done = 0;
        return count =>
        {
            var batch = new Tensor(ImageShape.Batch(count));
            CopyTo([.. Enumerable.Range(done, count)], batch);
            done += count;
            return batch;
        };
    }

    /// <summary>The same images with their classes as labels: what networks learn from.</summary>
    /// <param name="set">The labels that they may have.</param>
    /// <exception cref="ArgumentException">They have no labels, or another one.</exception>
    public ImageDataset WithClasses(LabelSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return HasLabels && Labels.All(label => set.ClassOf(label) >= 0)
            ? new ImageDataset(
                images, [.. Labels.Select(set.ClassOf)],
                NamesOrNull is null ? null : [.. Enumerable.Range(0, set.Count).Select(i => LabelNames.ElementAtOrDefault(set[i]) ?? "")])
            : throw new ArgumentException($"The images must have labels, and each one of {set}.", nameof(set));
    }

    /// <summary>An endless sequence of batches in random order.</summary>
    /// <param name="batchSize">Images in a batch, from 1 to the size of the data set.</param>
    /// <param name="seed">Of the order, and of the flips.</param>
    /// <param name="flip">Whether half of the images, others in each epoch, are mirrored: left becomes right.</param>
    /// <param name="balanced">Whether an epoch has as many images of each label, however many there are of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty or larger than the data set.</exception>
    /// <exception cref="ArgumentException">They are to be as many of each label, but have none.</exception>
    public ShuffledBatches Shuffled(int batchSize, ulong seed, bool flip = false, bool balanced = false) =>
        new(this, batchSize, new RandomSource(seed, "order"), flip ? new RandomSource(seed, "flips") : null, balanced);

    /// <summary>Copies images into a batch, pixels from 0…255 to −1…1.</summary>
    /// <param name="indices">Which images.</param>
    /// <param name="batch">batch: [indices, C, H, W]; overwritten.</param>
    /// <exception cref="ArgumentException">The batch has another shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    /// <exception cref="IOException">The images are in a file that cannot be read.</exception>
    public void CopyTo(ReadOnlySpan<int> indices, Tensor batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Shape expected = ImageShape.Batch(indices.Length);
        if (batch.Shape != expected)
        {
            throw new ArgumentException($"The batch must be {expected}, but is {batch.Shape}.", nameof(batch));
        }

        // Tensors lie channels-last, as the bytes do.
        int size = ImageShape.Count;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        for (int i = 0; i < indices.Length; i++)
        {
            Span<float> to = batch.Span.Slice(i * size, size);
            TensorPrimitives.ConvertTruncating<byte, float>(images.Read(indices[i], buffer.AsSpan(0, size)), to);
            TensorPrimitives.Divide(to, 127.5f, to);
            TensorPrimitives.Subtract(to, 1, to);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private IReadOnlyList<string>? NamesOrNull => LabelNames.Count > 0 ? LabelNames : null;

    private static ImageDataset Load(string directory, string imageName, string labelName, ImageLayout? layout)
    {
        string imagePath = Find(directory, imageName)
            ?? throw new FileNotFoundException(
                $"{directory}: there is no {imageName}, with or without .gz. A data folder holds {TrainingImages}, for a test set " +
                $"{TestImages}, and the labels of either ({TrainingLabels}, {TestLabels}).",
                imageName);
        IdxImages images = IdxFile.ReadImages(imagePath, layout);
        if (Find(directory, labelName) is not string labelPath)
        {
            return new ImageDataset(images);
        }

        int[] labels = [.. IdxFile.ReadLabels(labelPath)];
        return labels.Length == images.Count
            ? new ImageDataset(images, labels)
            : throw new MalformedFileException(
                labelPath,
                $"it holds {labels.Length} labels, but {Path.GetFileName(imagePath)} holds {images.Count} images. Get " +
                "both from the same source.");
    }

    private static string? Find(string directory, string name) => Paths(directory, name).FirstOrDefault(File.Exists);

    private static string[] Paths(string directory, string name) => [Path.Combine(directory, name), Path.Combine(directory, name + ".gz")];
}
