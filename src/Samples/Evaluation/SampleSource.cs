using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Samples.Generate;
using MiniGan.Tensors;

namespace MiniGan.Samples.Evaluation;

/// <summary>Where the pictures to measure come from.</summary>
/// <param name="Name">What to call them.</param>
/// <param name="Count">How many.</param>
/// <param name="Open">Starts from the first: n → the next n, [n, 1, 28, 28].</param>
internal sealed record SampleSource(string Name, int Count, Func<Func<int, Tensor>> Open)
{
    /// <summary>Made by a generator: the same pictures as <c>generate</c> makes of this seed.</summary>
    public static SampleSource OfCheckpoint(string path, int count, ulong seed)
    {
        var source = new ImageSource(ImageSource.Load(path), seed);
        return new($"samples of {path} (seed {seed})", count, source.Open);
    }

    /// <summary>Read from a file of raw images: the first so many, or all of them.</summary>
    public static SampleSource OfFile(string path, int? count)
    {
        if (!File.Exists(path))
        {
            throw new UserException($"--samples: there is no file '{path}'. Give raw images, for example those of 'generate --out samples.idx3-ubyte'.");
        }

        IdxImages images = IdxFile.ReadImages(path);
        if ((images.Height, images.Width) != (DigitClassifier.ImageSize, DigitClassifier.ImageSize))
        {
            throw new UserException($"--samples: the classifier takes images of {DigitClassifier.ImageSize}×{DigitClassifier.ImageSize}, but those in '{path}' are {images.Height}×{images.Width}.");
        }

        int wanted = count ?? images.Count;
        if (wanted > images.Count || wanted < Evaluator.FewestImages)
        {
            throw new UserException($"--samples: '{path}' has {images.Count} images, but {Math.Max(wanted, Evaluator.FewestImages)} are needed.");
        }

        var dataset = new ImageDataset(images, new byte[images.Count]);
        return new($"images of {path}", wanted, () => EvaluationData.InOrder(dataset));
    }
}
