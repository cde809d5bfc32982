using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// λ · mean (|∇D(x̂)| − 1)² at random points x̂ = x + ε (G(z) − x), ε uniform in [0, 1), between real and generated images: Gulrajani et
/// al. 2017, "Improved training of Wasserstein GANs", equation 3.
/// </summary>
/// <remarks>At |∇D| = 0 the derivative is taken as 0.</remarks>
/// <param name="lambda">λ, at least 0.</param>
/// <param name="interval">Steps from one penalty to the next, each counting as many times; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class WganGpPenalty(double lambda = 10, int interval = 1) : GradientPenalty(lambda, interval)
{
    /// <inheritdoc/>
    public override PenaltyPoint Point => PenaltyPoint.Placed;

    /// <summary>x̂, with one ε per logit.</summary>
    /// <inheritdoc/>
    public override void Place(Tensor real, Tensor fake, int packing, RandomSource random, Tensor points)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        ArgumentNullException.ThrowIfNull(random);
        RequireFit(packing, points, real, fake);
        int length = real.Shape.Count / real.Shape.N * packing;
        for (int start = 0; start < real.Shape.Count; start += length)
        {
            TensorPrimitives.Lerp(
                real.Span.Slice(start, length), fake.Span.Slice(start, length), (float)random.NextDouble(),
                points.Span.Slice(start, length));
        }
    }

    /// <inheritdoc/>
    protected override (double Value, double Factor) Of(double norm) => TowardsOne(norm);

    /// <summary>(|g| − 1)².</summary>
    internal static (double Value, double Factor) TowardsOne(double norm) =>
        ((norm - 1) * (norm - 1), norm > 0 ? 2 * (norm - 1) / norm : 0);
}
