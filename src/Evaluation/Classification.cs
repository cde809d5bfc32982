using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>What an <see cref="ImageClassifier"/> sees in images.</summary>
/// <param name="Features">The last hidden layer: [N, 128].</param>
/// <param name="Probabilities">p(y|x), a row per image: [N, classes].</param>
public sealed record Classification(Tensor Features, Tensor Probabilities)
{
    /// <summary>Images.</summary>
    public int Count => Features.Shape.N;

    /// <summary>p(y|x) of an image.</summary>
    /// <param name="image">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<float> ProbabilitiesOf(int image) =>
        Probabilities.Span.Slice(image * Probabilities.Shape.C, Probabilities.Shape.C);

    /// <summary>The most probable class of an image.</summary>
    /// <param name="image">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public int ClassOf(int image) => TensorPrimitives.IndexOfMax(ProbabilitiesOf(image));

    /// <summary>The share of images whose most probable class is theirs, 0 to 1.</summary>
    /// <param name="classes">A class per image, at least one; negative for one that the classifier does not know.</param>
    /// <exception cref="ArgumentException">There are not as many classes as images, or none.</exception>
    public double Accuracy(IReadOnlyList<int> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return classes.Count == Count && Count > 0
            ? Enumerable.Range(0, Count).Count(i => ClassOf(i) == classes[i]) / (double)Count
            : throw new ArgumentException(
                $"The accuracy of {Count} images needs as many classes, at least one, but there are {classes.Count}.", nameof(classes));
    }
}
