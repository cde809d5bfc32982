namespace MiniGan.Training;

/// <summary>What a step of training measured.</summary>
/// <param name="Step">Steps taken so far, this one included.</param>
/// <param name="DiscriminatorLoss">
/// D's mean loss on real images plus that on generated ones, without the penalty. Of cross-entropy in nats: 2 ln 2 ≈
/// 1.386 for a D that guesses.
/// </param>
/// <param name="GeneratorLoss">
/// G's mean loss, after D's step, at the last step in which G played. Of cross-entropy in nats: ln 2 ≈ 0.693 if D guesses.
/// </param>
/// <param name="RealScore">
/// D(x): what D says of the real images, in the mean: a probability from 0 to 1 where the loss makes one of the logit, else the logit.
/// </param>
/// <param name="FakeScore">D(G(z)): what D says of the generated images, before its step.</param>
/// <param name="Penalty">The gradient penalty, when it was last computed; 0 without one.</param>
/// <param name="ImagesPerSecond">Real images learned from a second, in this step.</param>
public readonly record struct StepReport(
    long Step, double DiscriminatorLoss, double GeneratorLoss, double RealScore, double FakeScore, double Penalty, double ImagesPerSecond);
