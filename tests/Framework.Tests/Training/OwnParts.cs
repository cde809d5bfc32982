using MiniGan.Losses;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Training;

/// <summary>A loss of a user's own, AdaBoost's: D minimises e^−z on real images and e^z on generated ones, G minimises e^−z.</summary>
internal sealed class ExponentialLoss : PointwiseLoss
{
    protected override (double Loss, double Slope) OnReal(float z) => (Math.Exp(-z), -Math.Exp(-z));

    protected override (double Loss, double Slope) OnFake(float z) => (Math.Exp(z), Math.Exp(z));

    protected override (double Loss, double Slope) OnGenerated(float z) => OnReal(z);
}

/// <summary>
/// A penalty of a user's own with points of its own: λ · mean max(|∇D| − 1, 0)² (Petzka, Fischer and Lukovnikov 2018, "On the
/// regularization of Wasserstein GANs") at real images with normal noise.
/// </summary>
internal sealed class LipschitzPenalty(double lambda, float deviation) : GradientPenalty(lambda)
{
    public override PenaltyPoint Point => PenaltyPoint.Placed;

    public override void Place(Tensor real, Tensor fake, int packing, RandomSource random, Tensor points)
    {
        random.FillNormal(points.Span, 0, deviation);
        for (int i = 0; i < points.Span.Length; i++)
        {
            points.Span[i] += real.Span[i];
        }
    }

    protected override (double Value, double Factor) Of(double norm) =>
        norm > 1 ? ((norm - 1) * (norm - 1), 2 * (norm - 1) / norm) : (0, 0);
}

/// <summary>
/// An optimiser of a user's own, Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"):
/// θ ← θ − η · sign(β₁m + (1 − β₁)g); m ← β₂m + (1 − β₂)g.
/// </summary>
internal sealed class Lion(double learningRate, float beta1 = 0.9f, float beta2 = 0.99f) : Optimizer(learningRate, "momentum")
{
    protected override void Update(Chunk chunk)
    {
        Span<float> value = chunk.Value, m = chunk.State(0);
        ReadOnlySpan<float> g = chunk.Gradient;
        for (int i = 0; i < chunk.Length; i++)
        {
            value[i] -= (float)LearningRate * MathF.Sign((beta1 * m[i]) + ((1 - beta1) * g[i]));
            m[i] = (beta2 * m[i]) + ((1 - beta2) * g[i]);
        }
    }
}

/// <summary>A schedule of a user's own: rates halve every so many steps.</summary>
internal sealed class Halving(long interval) : LearningRateSchedule
{
    public override double FactorAt(long steps) => Math.Pow(0.5, steps / interval);
}
