namespace MiniGan.Training;

/// <summary>What a step of training measured.</summary>
/// <param name="Step">Steps taken so far, this one included.</param>
/// <param name="DiscriminatorLoss">Mean BCE of D on real images (target 1) plus that on fake ones (target 0), in nats; 2 ln 2 ≈ 1.386 for a D that guesses.</param>
/// <param name="GeneratorLoss">Mean BCE of D on fake images with target 1, after D's step, in nats; ln 2 ≈ 0.693 if D guesses.</param>
/// <param name="RealScore">D(x): the mean probability, from 0 to 1, that D gave the real images.</param>
/// <param name="FakeScore">D(G(z)): the mean probability that D gave the fake images, before its step.</param>
/// <param name="ImagesPerSecond">Real images learned from a second, in this step.</param>
public readonly record struct StepReport(
    long Step, double DiscriminatorLoss, double GeneratorLoss, double RealScore, double FakeScore, double ImagesPerSecond);
