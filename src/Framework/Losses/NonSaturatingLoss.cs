namespace MiniGan.Losses;

/// <summary>
/// The game of Goodfellow et al. 2014, "Generative adversarial nets": D minimises −log σ(z) on real images and −log(1 − σ(z)) on generated
/// ones, G minimises −log σ(z), the form of its section 3 that does not saturate.
/// </summary>
/// <remarks>
/// As PyTorch's <c>BCEWithLogitsLoss</c>, computed as max(z, 0) − z · t + log(1 + e^−|z|), which neither overflows nor loses small losses.
/// </remarks>
public sealed class NonSaturatingLoss : PointwiseLoss
{
    /// <summary>Makes the loss.</summary>
    /// <param name="realTarget">
    /// The probability that D is to give real images, in (0, 1]: less than 1 is one-sided label smoothing (Salimans et al. 2016, "Improved
    /// techniques for training GANs", section 3.4).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The target is outside (0, 1].</exception>
    public NonSaturatingLoss(double realTarget = 1)
    {
        if (!(realTarget is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(realTarget), realTarget, "The target of real images must be more than 0 and at most 1.");
        }

        RealTarget = realTarget;
    }

    /// <summary>The probability that D is to give real images.</summary>
    public double RealTarget { get; }

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnReal(float z) => CrossEntropy(z, RealTarget);

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnFake(float z) => CrossEntropy(z, 0);

    /// <inheritdoc/>
    protected override (double Loss, double Slope) OnGenerated(float z) => CrossEntropy(z, 1);

    /// <inheritdoc/>
    protected override double ScoreOf(float z) => Probability(z);

    private static (double Loss, double Slope) CrossEntropy(double z, double target) =>
        (Math.Max(z, 0) - (z * target) + LogOnePlus(Math.Exp(-Math.Abs(z))), Probability(z) - target);

    private static double Probability(double z) => 1 / (1 + Math.Exp(-z));

    /// <summary>log(1 + x) for x from 0 to 1; the first terms of the series where 1 + x would round them off.</summary>
    private static double LogOnePlus(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);
}
