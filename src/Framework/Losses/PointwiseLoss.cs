using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// A loss whose means are, over a batch, of a function of each logit z by itself: three such functions with their derivatives.
/// </summary>
public abstract class PointwiseLoss : AdversarialLoss
{
    private delegate (double Loss, double Slope) Term(float z);

    private readonly Term real, fake, generated;
    private Tensor? logits, gradient;
    private Term? last;

    /// <summary>Makes a loss.</summary>
    protected PointwiseLoss() => (real, fake, generated) = (OnReal, OnFake, OnGenerated);

    /// <inheritdoc/>
    public sealed override double Real(Tensor logits) => Mean(logits, real);

    /// <inheritdoc/>
    public sealed override double Fake(Tensor logits) => Mean(logits, fake);

    /// <inheritdoc/>
    public sealed override double Generator(Tensor logits) => Mean(logits, generated);

    /// <summary>dz of the last mean: f′(z) / N.</summary>
    /// <inheritdoc/>
    public sealed override Tensor Backward()
    {
        if (logits is null || last is null)
        {
            throw new InvalidOperationException($"{GetType().Name}.Backward needs Real, Fake or Generator before it.");
        }

        if (gradient is null || gradient.Shape != logits.Shape)
        {
            gradient = new Tensor(logits.Shape);
        }

        ReadOnlySpan<float> z = logits.Span;
        Span<float> dz = gradient.Span;
        for (int i = 0; i < z.Length; i++)
        {
            dz[i] = (float)(last(z[i]).Slope / z.Length);
        }

        return gradient;
    }

    /// <inheritdoc/>
    public sealed override double Score(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        double sum = 0;
        foreach (float z in logits.Span)
        {
            sum += ScoreOf(z);
        }

        return sum / logits.Shape.Count;
    }

    /// <summary>What D minimises on one image, for losses made of this one.</summary>
    internal (double Loss, double Slope) Of(float z, bool isReal) => isReal ? OnReal(z) : OnFake(z);

    /// <summary>D's loss on one real image, and its derivative.</summary>
    /// <param name="z">The logit.</param>
    protected abstract (double Loss, double Slope) OnReal(float z);

    /// <summary>D's loss on one generated image, and its derivative.</summary>
    /// <param name="z">The logit.</param>
    protected abstract (double Loss, double Slope) OnFake(float z);

    /// <summary>G's loss on one of its images, and its derivative.</summary>
    /// <param name="z">The logit.</param>
    protected abstract (double Loss, double Slope) OnGenerated(float z);

    /// <summary>What D says of one image.</summary>
    /// <param name="z">The logit.</param>
    protected virtual double ScoreOf(float z) => z;

    private double Mean(Tensor logits, Term term)
    {
        RequireSome(logits);

        (this.logits, last) = (logits, term);
        double sum = 0;
        foreach (float z in logits.Span)
        {
            sum += term(z).Loss;
        }

        return sum / logits.Shape.Count;
    }

    /// <summary>Refuses an empty batch.</summary>
    internal static void RequireSome(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Shape.Count == 0)
        {
            throw new ArgumentException("The mean loss of no logits is undefined: the batch is empty.", nameof(logits));
        }
    }
}
