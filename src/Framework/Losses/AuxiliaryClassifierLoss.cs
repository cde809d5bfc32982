using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// D says which class an image is of, too, and both networks minimise λ times the cross-entropy of what it says, on real and on generated
/// images (Odena, Olah and Shlens 2017, "Conditional image synthesis with auxiliary classifier GANs", section 3).
/// </summary>
/// <remarks>
/// D has 1 + K outputs, the logit and then one per class: end it with a <c>Linear</c> of so many. It is not told the labels.
/// </remarks>
public sealed class AuxiliaryClassifierLoss : AdversarialLoss, IClassConditional
{
    private readonly SoftmaxCrossEntropy classification = new();
    private int[] labels = [];
    private Tensor? logits, classes, others, scored, gradient;

    /// <summary>Adds a classification to a loss.</summary>
    /// <param name="inner">The loss of the logit.</param>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="weight">λ, at least 0.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or the inner loss classifies already.</exception>
    public AuxiliaryClassifierLoss(AdversarialLoss inner, int classes, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (!(weight >= 0 && double.IsFinite(weight)) || inner.Outputs != 1)
        {
            throw new ArgumentException(
                $"AuxiliaryClassifierLoss needs a weight of at least 0 and a loss of one output, but got {weight} and {inner.Outputs}.");
        }

        (Inner, Classes, Weight) = (inner, classes, weight);
    }

    /// <summary>The loss of the logit.</summary>
    public AdversarialLoss Inner { get; }

    /// <summary>K.</summary>
    public override int Classes { get; }

    /// <summary>λ.</summary>
    public double Weight { get; }

    /// <inheritdoc/>
    public override bool IsRelative => Inner.IsRelative;

    /// <inheritdoc/>
    public void SetLabels(ReadOnlySpan<int> labels)
    {
        if (this.labels.Length != labels.Length)
        {
            this.labels = new int[labels.Length];
        }

        labels.CopyTo(this.labels);
    }

    /// <inheritdoc/>
    public override void Against(Tensor others)
    {
        Inner.Against(LogitsOf(others, ref this.others));
    }

    /// <inheritdoc/>
    public override double Real(Tensor logits)
    {
        return Inner.Real(LogitsOf(logits, ref this.logits)) + (Weight * Classify(logits));
    }

    /// <inheritdoc/>
    public override double Fake(Tensor logits)
    {
        return Inner.Fake(LogitsOf(logits, ref this.logits)) + (Weight * Classify(logits));
    }

    /// <inheritdoc/>
    public override double Generator(Tensor logits)
    {
        return Inner.Generator(LogitsOf(logits, ref this.logits)) + (Weight * Classify(logits));
    }

    /// <inheritdoc/>
    public override Tensor Backward()
    {
        Tensor ofLogits = Inner.Backward(), ofClasses = classification.Backward();
        if (gradient is null || gradient.Shape.N != ofLogits.Shape.N)
        {
            gradient = new Tensor(new Shape(ofLogits.Shape.N, Outputs));
        }

        for (int n = 0; n < gradient.Shape.N; n++)
        {
            Span<float> row = gradient.Span.Slice(n * Outputs, Outputs);
            row[0] = ofLogits.Span[n];
            TensorPrimitives.Multiply(ofClasses.Span.Slice(n * Classes, Classes), (float)Weight, row[1..]);
        }

        return gradient;
    }

    /// <inheritdoc/>
    public override double Score(Tensor logits)
    {
        return Inner.Score(LogitsOf(logits, ref scored));
    }

    private double Classify(Tensor outputs)
    {
        int count = outputs.Shape.N;
        if (labels.Length != count)
        {
            throw new ArgumentException(
                $"AuxiliaryClassifierLoss needs a label per row of outputs, but there are {count} rows and {labels.Length} labels. Train " +
                "networks with classes, on batches with labels, and without packing.");
        }

        if (classes is null || classes.Shape.N != count)
        {
            classes = new Tensor(new Shape(count, Classes));
        }

        for (int n = 0; n < count; n++)
        {
            outputs.Span.Slice((n * Outputs) + 1, Classes).CopyTo(classes.Span[(n * Classes)..]);
        }

        return classification.Forward(classes, labels);
    }

    private Tensor LogitsOf(Tensor outputs, ref Tensor? logits)
    {
        PointwiseLoss.RequireSome(outputs);
        if (outputs.Shape.Rank != 2 || outputs.Shape.C != Outputs)
        {
            throw new ArgumentException($"AuxiliaryClassifierLoss expects z: [N, {Outputs}], but got {outputs.Shape}.", nameof(outputs));
        }

        if (logits is null || logits.Shape.N != outputs.Shape.N)
        {
            logits = new Tensor(new Shape(outputs.Shape.N, 1));
        }

        for (int n = 0; n < outputs.Shape.N; n++)
        {
            logits.Span[n] = outputs.Span[n * Outputs];
        }

        return logits;
    }
}
