using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// D says by how much more real an image looks than those of the other kind do on average: with D̃(x) = z(x) − mean z of the others, D
/// minimises what a loss makes of D̃ for real and for generated images, and G the same with their roles swapped (Jolicoeur-Martineau 2019,
/// "The relativistic discriminator: a key element missing from standard GAN", algorithm 2: RaSGAN and RaHingeGAN).
/// </summary>
/// <remarks>
/// A trainer shows D the other kind's images first, so that a step has two more Forwards of D, which also move batch statistics, singular
/// vectors and dropout's stream. The score is that of the inner loss, of the logit itself. With <see cref="LeastSquaresLoss"/> it is not
/// the paper's RaLSGAN, whose targets are 1 and −1.
/// </remarks>
/// <param name="inner">
/// The loss that takes D̃ for its logit: <see cref="NonSaturatingLoss"/> or <see cref="HingeLoss"/>, for example.
/// </param>
public sealed class RelativisticAverageLoss(PointwiseLoss inner) : AdversarialLoss
{
    private Tensor? others, logits, gradient;
    private bool ownIsReal;

    /// <summary>The loss that takes D̃ for its logit.</summary>
    public PointwiseLoss Inner { get; } = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <inheritdoc/>
    public override bool IsRelative => true;

    /// <inheritdoc/>
    public override void Against(Tensor others)
    {
        PointwiseLoss.RequireSome(others);
        if (this.others is null || this.others.Shape != others.Shape)
        {
            this.others = new Tensor(others.Shape);
        }

        others.Span.CopyTo(this.others.Span);
    }

    /// <summary>mean f(z − mean z of the generated), with f what the inner loss is on real images.</summary>
    /// <inheritdoc/>
    public override double Real(Tensor logits) => Mean(logits, isReal: true);

    /// <summary>mean f(z − mean z of the real), with f what the inner loss is on generated images.</summary>
    /// <inheritdoc/>
    public override double Fake(Tensor logits) => Mean(logits, isReal: false);

    /// <summary>D's two means, with what the inner loss is on real images for the generated, and vice versa.</summary>
    /// <inheritdoc/>
    public override double Generator(Tensor logits)
    {
        double own = Mean(logits, isReal: true);
        return own + MeanOf(others!, Average(logits), isReal: false).Loss;
    }

    /// <summary>The derivative of both means: that of the others depends on these logits by their mean.</summary>
    /// <inheritdoc/>
    public override Tensor Backward()
    {
        if (logits is null)
        {
            throw new InvalidOperationException("RelativisticAverageLoss.Backward needs Real, Fake or Generator before it.");
        }

        if (gradient is null || gradient.Shape != logits.Shape)
        {
            gradient = new Tensor(logits.Shape);
        }

        double average = Average(others!), ofOthers = MeanOf(others!, Average(logits), !ownIsReal).Slope;
        for (int i = 0; i < logits.Span.Length; i++)
        {
            double slope = Inner.Of((float)(logits.Span[i] - average), ownIsReal).Slope;
            gradient.Span[i] = (float)((slope - ofOthers) / logits.Shape.Count);
        }

        return gradient;
    }

    /// <inheritdoc/>
    public override double Score(Tensor logits) => Inner.Score(logits);

    private static double Average(Tensor logits)
    {
        double sum = 0;
        foreach (float z in logits.Span)
        {
            sum += z;
        }

        return sum / logits.Shape.Count;
    }

    private double Mean(Tensor logits, bool isReal)
    {
        PointwiseLoss.RequireSome(logits);
        if (others is null)
        {
            throw new InvalidOperationException(
                "RelativisticAverageLoss compares images with those of the other kind: tell their logits by Against first.");
        }

        (this.logits, ownIsReal) = (logits, isReal);
        return MeanOf(logits, Average(others), isReal).Loss;
    }

    private (double Loss, double Slope) MeanOf(Tensor logits, double average, bool isReal)
    {
        (double loss, double slope) = (0, 0);
        foreach (float z in logits.Span)
        {
            (double value, double derivative) = Inner.Of((float)(z - average), isReal);
            (loss, slope) = (loss + value, slope + derivative);
        }

        return (loss / logits.Shape.Count, slope / logits.Shape.Count);
    }
}
