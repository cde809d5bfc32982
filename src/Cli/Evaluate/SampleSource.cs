using MiniGan.Cli.Common;
using MiniGan.Cli.Generate;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Evaluate;

/// <summary>Where the pictures to measure come from.</summary>
/// <param name="Name">What to call them.</param>
/// <param name="Count">How many.</param>
/// <param name="Open">Starts from the first: n → the next n, [n, 1, 28, 28].</param>
internal sealed record SampleSource(string Name, int Count, Func<Func<int, Tensor>> Open)
{
    /// <summary>Made by a generator, from the latent vectors that <c>generate</c> draws with this seed.</summary>
    public static SampleSource OfCheckpoint(string path, int count, ulong seed, ImageDataset real)
    {
        ImageSource source = Of(ImageSource.Load(path), seed, real);
        return new($"samples of {path} (seed {seed})", count, source.Open);
    }

    /// <summary>
    /// The pictures of networks. Those that know labels get the labels of real images, one after the other: made to show each digit equally
    /// often, they would stand away from images that do not, however good each one were.
    /// </summary>
    /// <exception cref="UserException">
    /// The networks make other images than the classifier takes, or do not know a label of the real images.
    /// </exception>
    public static ImageSource Of(Gan model, ulong seed, ImageDataset real)
    {
        var taken = new ImageShape(1, DigitClassifier.ImageSize, DigitClassifier.ImageSize);
        if (model.ImageShape != taken)
        {
            throw new UserException(
                $"the classifier takes images of {Pictures.InWords(taken)}, but the generator makes " +
                $"{Pictures.InWords(model.ImageShape)}. No figures can be computed of them yet.");
        }

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

    /// <summary>Read from a file of raw images: the first so many, or all of them.</summary>
    public static SampleSource OfFile(string path, int? count)
    {
        if (!File.Exists(path))
        {
            throw new UserException(
                $"--samples: there is no file '{path}'. Give raw images, for example those of 'generate --out samples.idx3-ubyte'.");
        }

        IdxImages images = IdxFile.ReadImages(path);
        if (images.Shape != new ImageShape(1, DigitClassifier.ImageSize, DigitClassifier.ImageSize))
        {
            throw new UserException(
                $"--samples: the classifier takes grey images of {DigitClassifier.ImageSize}×{DigitClassifier.ImageSize}, but those in " +
                $"'{path}' are {Pictures.InWords(images.Shape)}.");
        }

        int wanted = count ?? images.Count;
        if (wanted > images.Count || wanted < Evaluator.FewestImages)
        {
            throw new UserException(
                $"--samples: '{path}' has {images.Count} images, but {Math.Max(wanted, Evaluator.FewestImages)} are needed.");
        }

        var dataset = new ImageDataset(images);
        return new($"images of {path}", wanted, () => EvaluationData.InOrder(dataset));
    }
}
