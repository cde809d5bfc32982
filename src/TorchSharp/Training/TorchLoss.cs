using MiniGan.Losses;

namespace MiniGan.TorchSharp.Training;

/// <summary>A loss of this library on TorchSharp.</summary>
internal abstract class TorchLoss
{
    /// <summary>The value of a mean, and what is to be differentiated for it.</summary>
    public readonly record struct Term(double Value, TorchTensor Objective);

    /// <summary>D's loss on real images.</summary>
    /// <param name="logits">z: [N, outputs].</param>
    /// <param name="others">Of a relative loss D's outputs for images of the other kind, constants here; else null.</param>
    public abstract Term Real(TorchTensor logits, TorchTensor? others);

    /// <summary>D's loss on generated images.</summary>
    public abstract Term Fake(TorchTensor logits, TorchTensor? others);

    /// <summary>G's loss.</summary>
    public abstract Term Generator(TorchTensor logits, TorchTensor? others);

    /// <summary>The mean of what D says of images.</summary>
    public abstract double Score(TorchTensor logits);

    /// <summary>The loss in TorchSharp's functions, differentiated by autograd; one's own as its author wrote it.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="labels">The labels of the batch.</param>
    public static TorchLoss Of(AdversarialLoss loss, Func<TorchTensor> labels) => loss switch
    {
        PointwiseLoss pointwise when TorchPointwiseLoss.TryOf(pointwise) is TorchPointwiseLoss known => known,
        RelativisticAverageLoss relative when TorchPointwiseLoss.TryOf(relative.Inner) is TorchPointwiseLoss inner =>
            new TorchRelativisticLoss(inner),
        AuxiliaryClassifierLoss auxiliary when Of(auxiliary.Inner, labels) is not ManagedLoss and TorchLoss inner =>
            new TorchAuxiliaryLoss(auxiliary, inner, labels),
        _ => new ManagedLoss(loss),
    };
}
