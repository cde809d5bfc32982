using MiniGan.Losses;
using static TorchSharp.torch.nn;

namespace MiniGan.TorchSharp.Training;

/// <summary>A loss of the logit, and λ times the cross-entropy of the classes behind it.</summary>
/// <param name="loss">λ and K.</param>
/// <param name="inner">The loss of the logit.</param>
/// <param name="labels">The labels of the batch.</param>
internal sealed class TorchAuxiliaryLoss(AuxiliaryClassifierLoss loss, TorchLoss inner, Func<TorchTensor> labels) : TorchLoss
{
    public override Term Real(TorchTensor logits, TorchTensor? others) =>
        With(inner.Real(Logit(logits), others is null ? null : Logit(others)), logits);

    public override Term Fake(TorchTensor logits, TorchTensor? others) =>
        With(inner.Fake(Logit(logits), others is null ? null : Logit(others)), logits);

    public override Term Generator(TorchTensor logits, TorchTensor? others) =>
        With(inner.Generator(Logit(logits), others is null ? null : Logit(others)), logits);

    public override double Score(TorchTensor logits) => inner.Score(Logit(logits));

    private static TorchTensor Logit(TorchTensor outputs) => outputs.narrow(1, 0, 1);

    private Term With(Term term, TorchTensor outputs)
    {
        TorchTensor classification = functional.cross_entropy(outputs.narrow(1, 1, loss.Classes), labels()) * loss.Weight;
        return new(term.Value + classification.ToDouble(), term.Objective + classification);
    }
}
