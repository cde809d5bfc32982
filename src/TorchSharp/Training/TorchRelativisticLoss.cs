namespace MiniGan.TorchSharp.Training;

/// <summary>Each image against the mean logit of the other kind; see <see cref="Losses.RelativisticAverageLoss"/>.</summary>
/// <param name="inner">The loss of a difference.</param>
internal sealed class TorchRelativisticLoss(TorchPointwiseLoss inner) : TorchLoss
{
    public override Term Real(TorchTensor logits, TorchTensor? others) => OfD(logits, others!, isReal: true);

    public override Term Fake(TorchTensor logits, TorchTensor? others) => OfD(logits, others!, isReal: false);

    public override Term Generator(TorchTensor logits, TorchTensor? others)
    {
        TorchTensor sum = Own(logits, others!, isReal: true) + Others(logits, others!, isReal: true);
        return new(sum.ToDouble(), sum);
    }

    public override double Score(TorchTensor logits) => inner.Score(logits);

    /// <summary>D's loss on these images. Differentiated is D's whole loss: the others' part depends on these, too.</summary>
    private Term OfD(TorchTensor logits, TorchTensor others, bool isReal)
    {
        TorchTensor own = Own(logits, others, isReal);
        return new(own.ToDouble(), own + Others(logits, others, isReal));
    }

    private TorchTensor Own(TorchTensor logits, TorchTensor others, bool isReal) => inner.Mean(logits - others.mean(), isReal);

    private TorchTensor Others(TorchTensor logits, TorchTensor others, bool isReal) => inner.Mean(others - logits.mean(), !isReal);
}
