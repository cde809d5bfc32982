using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// What the discriminator and the generator minimise: each a mean, over a batch, of a function of the discriminator's logit z. A loss is
/// three such functions with their derivatives.
/// </summary>
/// <remarks>Like a module it remembers the last mean for <see cref="Backward"/>, whose result it reuses.</remarks>
public abstract class AdversarialLoss
{
    private delegate (double Loss, double Slope) Term(float z);

    private readonly Term real, fake, generated;
    private Tensor? logits, gradient;
    private Term? last;

    /// <summary>Makes a loss.</summary>
    protected AdversarialLoss() => (real, fake, generated) = (OnReal, OnFake, OnGenerated);

    /// <summary>D's loss on real images.</summary>
    /// <param name="logits">z = D(x): [N, 1], N at least 1.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    public double Real(Tensor logits) => Mean(logits, real);

    /// <summary>D's loss on generated images.</summary>
    /// <param name="logits">z = D(G(z)): [N, 1], N at least 1.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    public double Fake(Tensor logits) => Mean(logits, fake);

    /// <summary>G's loss.</summary>
    /// <param name="logits">z = D(G(z)): [N, 1], N at least 1.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    public double Generator(Tensor logits) => Mean(logits, generated);

    /// <summary>dz of the last mean: f′(z) / N.</summary>
    /// <returns>dz, in the shape of the logits; holds until the next Backward.</returns>
    /// <exception cref="InvalidOperationException">There was no mean before it.</exception>
    public Tensor Backward()
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

    /// <summary>
    /// The mean of what D says of images, to be looked at: a probability where the loss makes one of the logit, else the logit itself.
    /// </summary>
    /// <param name="logits">z: [N, 1], N at least 1.</param>
    public double Score(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        double sum = 0;
        foreach (float z in logits.Span)
        {
            sum += ScoreOf(z);
        }

        return sum / logits.Shape.Count;
    }

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
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Shape.Count == 0)
        {
            throw new ArgumentException("The mean loss of no logits is undefined: the batch is empty.", nameof(logits));
        }

        (this.logits, last) = (logits, term);
        double sum = 0;
        foreach (float z in logits.Span)
        {
            sum += term(z).Loss;
        }

        return sum / logits.Shape.Count;
    }
}
