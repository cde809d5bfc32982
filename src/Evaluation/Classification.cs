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
        Check(classes);
        return Enumerable.Range(0, Count).Count(i => ClassOf(i) == classes[i]) / (double)Count;
    }

    /// <summary>For each class, the share of its images whose most probable class it is, 0 to 1; null where there are none.</summary>
    /// <param name="classes">A class per image, at least one; negative for one that the classifier does not know.</param>
    /// <exception cref="ArgumentException">There are not as many classes as images, or none.</exception>
    public IReadOnlyList<double?> AccuracyByClass(IReadOnlyList<int> classes)
    {
        Check(classes);
        int[] right = new int[Probabilities.Shape.C], all = new int[right.Length];
        for (int i = 0; i < Count; i++)
        {
            if (classes[i] is int expected && expected >= 0 && expected < all.Length)
            {
                all[expected]++;
                right[expected] += ClassOf(i) == expected ? 1 : 0;
            }
        }

        return [.. right.Zip(all, (part, whole) => whole == 0 ? (double?)null : (double)part / whole)];
    }

    private void Check(IReadOnlyList<int> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count != Count || Count == 0)
        {
            throw new ArgumentException(
                $"The accuracy of {Count} images needs as many classes, at least one, but there are {classes.Count}.", nameof(classes));
        }
    }
}
