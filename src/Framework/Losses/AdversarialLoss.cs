using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// What the discriminator and the generator minimise, as a function of D's outputs for a batch. Most are a <see cref="PointwiseLoss"/>.
/// </summary>
/// <remarks>Like a module it remembers the last of its means for <see cref="Backward"/>, whose result it reuses.</remarks>
public abstract class AdversarialLoss
{
    /// <summary>How many classes D must tell apart by outputs behind the logit; 0 if it only judges.</summary>
    public virtual int Classes => 0;

    /// <summary>How many outputs D must have: the logit z, and one per class.</summary>
    public int Outputs => 1 + Classes;

    /// <summary>
    /// Whether an image's loss depends on the logits of those of the other kind, so that <see cref="Against"/> must tell them first.
    /// </summary>
    public virtual bool IsRelative => false;

    /// <summary>
    /// For losses that are relative: sets what the next mean compares with, D's outputs for real images before a mean of generated ones,
    /// and the other way round.
    /// </summary>
    /// <param name="others">z: [M, outputs], M at least 1; copied.</param>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    public virtual void Against(Tensor others) => ArgumentNullException.ThrowIfNull(others);

    /// <summary>D's loss on real images.</summary>
    /// <param name="logits">z = D(x): [N, outputs], N at least 1.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    public abstract double Real(Tensor logits);

    /// <summary>D's loss on generated images.</summary>
    /// <param name="logits">z = D(G(z)): [N, outputs], N at least 1.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    public abstract double Fake(Tensor logits);

    /// <summary>G's loss.</summary>
    /// <param name="logits">z = D(G(z)): [N, outputs], N at least 1.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="ArgumentException">There are no logits.</exception>
    public abstract double Generator(Tensor logits);

    /// <summary>The derivative, by the logits of the last mean, of all that the network minimises that it was for.</summary>
    /// <returns>dz, in the shape of the logits; holds until the next Backward.</returns>
    /// <exception cref="InvalidOperationException">There was no mean before it.</exception>
    public abstract Tensor Backward();

    /// <summary>
    /// The mean of what D says of images, to be looked at: a probability where the loss makes one of the logit, else the logit itself.
    /// </summary>
    /// <param name="logits">z: [N, outputs], N at least 1.</param>
    public abstract double Score(Tensor logits);
}
