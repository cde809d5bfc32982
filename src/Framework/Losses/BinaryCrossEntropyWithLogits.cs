using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// The mean over all logits of −t · log σ(z) − (1 − t) · log(1 − σ(z)), computed as max(z, 0) − z · t + log(1 + e^−|z|), which neither
/// overflows nor loses the small losses. As PyTorch's <c>BCEWithLogitsLoss</c>.
/// </summary>
/// <remarks>Like a module it remembers the last <see cref="Forward"/> for <see cref="Backward"/>, whose result it reuses.</remarks>
public sealed class BinaryCrossEntropyWithLogits
{
    private Tensor? logits, gradient;
    private float target;

    /// <summary>The loss.</summary>
    /// <param name="logits">z, of any shape with at least one element.</param>
    /// <param name="target">t, from 0 (fake) to 1 (real), the same for all of them.</param>
    /// <returns>The mean loss, at least 0 (in nats).</returns>
    /// <exception cref="ArgumentException">There are no logits, or the target is outside [0, 1].</exception>
    public double Forward(Tensor logits, float target)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Shape.Count == 0)
        {
            throw new ArgumentException("The mean loss of no logits is undefined: the batch is empty.", nameof(logits));
        }

        if (!(target is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(target), target, "The target must be from 0 to 1.");
        }

        (this.logits, this.target) = (logits, target);
        double sum = 0;
        foreach (float z in logits.Span)
        {
            sum += Math.Max(z, 0) - ((double)z * target) + LogOnePlus(Math.Exp(-Math.Abs((double)z)));
        }

        return sum / logits.Shape.Count;
    }

    /// <summary>log(1 + x) for x from 0 to 1; the first terms of the series where 1 + x would round them off.</summary>
    private static double LogOnePlus(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);

    /// <summary>dz = (σ(z) − t) / count, at the last <see cref="Forward"/>.</summary>
    /// <returns>dz, in the shape of the logits; holds until the next Backward.</returns>
    /// <exception cref="InvalidOperationException">There was no Forward.</exception>
    public Tensor Backward()
    {
        if (logits is null)
        {
            throw new InvalidOperationException("BinaryCrossEntropyWithLogits.Backward needs a Forward before it.");
        }

        if (gradient is null || gradient.Shape != logits.Shape)
        {
            gradient = new Tensor(logits.Shape);
        }

        Span<float> dz = gradient.Span;
        TensorPrimitives.Sigmoid(logits.Span, dz);
        TensorPrimitives.Subtract(dz, target, dz);
        TensorPrimitives.Divide(dz, logits.Shape.Count, dz);
        return gradient;
    }
}
