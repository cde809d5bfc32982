using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// The mean over the batch of −log softmax(z)[t], computed as log Σ e^(z − max z) − (z[t] − max z), which does not overflow. As PyTorch's
/// <c>CrossEntropyLoss</c> with class indices.
/// </summary>
/// <remarks>Like a module it remembers the last <see cref="Forward"/> for <see cref="Backward"/>, whose result it reuses.</remarks>
public sealed class SoftmaxCrossEntropy
{
    private Tensor? logits, gradient;
    private int[] labels = [];

    /// <summary>The loss.</summary>
    /// <param name="logits">z: [N, classes], at least one row.</param>
    /// <param name="labels">t: N classes, each less than the number of classes.</param>
    /// <returns>The mean loss, at least 0 (in nats); ln(classes) for equal logits.</returns>
    /// <exception cref="ArgumentException">
    /// The logits are no rows or there are none, there is not one label per row, or a label is no class.
    /// </exception>
    public double Forward(Tensor logits, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        Check(logits.Shape, labels);
        if (this.labels.Length != labels.Length)
        {
            this.labels = new int[labels.Length];
        }

        this.logits = logits;
        labels.CopyTo(this.labels);
        int classes = logits.Shape.C;
        double sum = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            ReadOnlySpan<float> z = logits.Span.Slice(n * classes, classes);
            double largest = TensorPrimitives.Max(z), exponentials = 0;
            foreach (float value in z)
            {
                exponentials += Math.Exp(value - largest);
            }

            sum += Math.Log(exponentials) - (z[labels[n]] - largest);
        }

        return sum / labels.Length;
    }

    /// <summary>dz = (softmax(z) − onehot(t)) / N, at the last <see cref="Forward"/>.</summary>
    /// <returns>dz, in the shape of the logits; holds until the next Backward.</returns>
    /// <exception cref="InvalidOperationException">There was no Forward.</exception>
    public Tensor Backward()
    {
        if (logits is null)
        {
            throw new InvalidOperationException("SoftmaxCrossEntropy.Backward needs a Forward before it.");
        }

        if (gradient is null || gradient.Shape != logits.Shape)
        {
            gradient = new Tensor(logits.Shape);
        }

        int classes = logits.Shape.C;
        for (int n = 0; n < labels.Length; n++)
        {
            Span<float> dz = gradient.Span.Slice(n * classes, classes);
            Softmax(logits.Span.Slice(n * classes, classes), dz);
            dz[labels[n]] -= 1;
        }

        TensorPrimitives.Divide(gradient.Span, labels.Length, gradient.Span);
        return gradient;
    }

    /// <summary>softmax(z) = e^(z − max z) / Σ e^(z − max z) of one row.</summary>
    /// <param name="z">The logits of a row, at least one.</param>
    /// <param name="probabilities">As many values, which sum to 1; overwritten.</param>
    /// <exception cref="ArgumentException">There are no logits, or less room than logits.</exception>
    public static void Softmax(ReadOnlySpan<float> z, Span<float> probabilities)
    {
        if (z.IsEmpty || probabilities.Length != z.Length)
        {
            throw new ArgumentException(
                $"Softmax takes at least one logit, and room for as many probabilities, but got {z.Length} and room for " +
                $"{probabilities.Length}.",
                nameof(z));
        }

        SoftmaxRow.Apply(z, probabilities);
    }

    private static void Check(Shape logits, ReadOnlySpan<int> labels)
    {
        if (logits.Rank != 2 || logits.Count == 0)
        {
            throw new ArgumentException(
                $"SoftmaxCrossEntropy expects logits [N, classes], at least one row, but got {logits}.", nameof(logits));
        }

        if (labels.Length != logits.N)
        {
            throw new ArgumentException(
                $"There must be a label per row, but there are {logits.N} rows and {labels.Length} labels.", nameof(labels));
        }

        foreach (int label in labels)
        {
            if ((uint)label >= (uint)logits.C)
            {
                throw new ArgumentException($"Label {label} is no class: there are {logits.C}, from 0 to {logits.C - 1}.", nameof(labels));
            }
        }
    }
}
