using MiniGan.Cli.Common;
using MiniGan.Cli.Generate;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Runs.Folders;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Evaluate;

/// <summary>Where the pictures to measure come from.</summary>
/// <param name="Name">What to call them.</param>
/// <param name="Image">The shape of one.</param>
/// <param name="Count">How many; null for as many as wanted.</param>
/// <param name="OpenFor">
/// Starts from the first, given the real images that they are compared with: n → the next n, [n, C, H, W].
/// </param>
/// <param name="LabelsFor">What so many were made to show, given the same; null of networks without labels, and of files.</param>
internal sealed record SampleSource(
    string Name, ImageShape Image, int? Count, Func<ImageDataset, Func<int, Tensor>> OpenFor,
    Func<ImageDataset, int, IReadOnlyList<int>?> LabelsFor)
{
    /// <summary>Made by a generator, from the latent vectors that <c>generate</c> draws with this seed.</summary>
    public static SampleSource OfCheckpoint(string path, ulong seed)
    {
        Gan gan = ImageSource.Load(path);
        return new(
            $"samples of {path} (seed {seed})", gan.ImageShape, null, real => Of(gan, seed, real).Open(),
            (real, count) => Of(gan, seed, real).LabelsOf(count));
    }

    /// <summary>
    /// The pictures of networks. Those that know labels get the labels of real images, one after the other: made to show each class equally
    /// often, they would stand away from images that do not, however good each one were.
    /// </summary>
    /// <exception cref="UserException">The networks do not know a label of the real images.</exception>
    public static ImageSource Of(Gan model, ulong seed, ImageDataset real)
    {
        if (model.Classes == 0)
        {
            return new ImageSource(model, seed);
        }

        return real.HasLabels && real.Labels.All(label => model.Labels.ClassOf(label) >= 0)
            ? new ImageSource(model, seed, Labels: [.. real.Labels.Select(label => model.Labels.ClassOf(label))])
            : throw new UserException(
                $"--data: the generator knows the labels {model.Labels}, but these images have " +
                $"{(real.HasLabels ? new LabelSet(real.Labels) : "none")}. Give the images that it learned from.");
    }

    /// <summary>
    /// Pictures that are there already: raw images, an array, or a folder or zip of pictures. Where fewer are wanted than there are, it is
    /// some of all kinds, always the same, as folders are in the order of their names.
    /// </summary>
    /// <exception cref="UserException">There is nothing there, or too little.</exception>
    public static SampleSource OfFiles(string path, int? count, ImageLayout? layout, bool silent, CancellationToken cancelled)
    {
        bool isData = Directory.Exists(path) ||
            path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
        if (!isData && !File.Exists(path))
        {
            throw new UserException(
                $"--samples: there is no file '{path}'. Give raw images, for example those of 'generate --out samples.idx3-ubyte', a " +
                ".npy, or a folder or .zip of pictures.");
        }

        ImageDataset images = isData
            ? Pictures.Load(
                new DataFolder(path, path, null) { Option = "--samples" }, new ImageSettings { Layout = layout }, cancelled, silent)
            : new ImageDataset(IdxFile.ReadImages(path, layout));
        int wanted = count ?? images.Count;
        if (wanted > images.Count || wanted < Evaluator.FewestImages)
        {
            throw new UserException(
                $"--samples: '{path}' has {images.Count} images, but {Math.Max(wanted, Evaluator.FewestImages)} are needed.");
        }

        ImageDataset some = wanted < images.Count ? EvaluationData.Some(images, wanted) : images;
        return new($"images of {path}", images.ImageShape, wanted, _ => some.InOrder(), (_, _) => null);
    }
}
