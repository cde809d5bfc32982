using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// λ · mean (|∇D(x̂)| − 1)² at real images with noise, x̂ = x + ε · ½ std(x) · u: Kodali et al. 2017, "On convergence and stability of
/// GANs" (DRAGAN). ε is uniform in [0, 1), one for each image, u uniform in [0, 1), one for each element, and std(x) the standard deviation
/// of all elements of the batch.
/// </summary>
/// <remarks>
/// The points are those of its authors' code (<c>kodalinaveen3/DRAGAN</c>); the paper writes normal noise of variance c. At |∇D| = 0 the
/// derivative is taken as 0.
/// </remarks>
/// <param name="lambda">λ, at least 0.</param>
/// <param name="interval">Steps from one penalty to the next, each counting as many times; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
public sealed class DraganPenalty(double lambda = 10, int interval = 1) : GradientPenalty(lambda, interval)
{
    /// <inheritdoc/>
    public override PenaltyPoint Point => PenaltyPoint.Placed;

    /// <summary>x̂, with one ε per logit; G(z) is ignored.</summary>
    /// <inheritdoc/>
    public override void Place(Tensor real, Tensor fake, int packing, RandomSource random, Tensor points)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(random);
        RequireFit(packing, points, real);
        double halfDeviation = StandardDeviation(real.Span) / 2;
        int length = real.Shape.Count / real.Shape.N * packing;
        for (int start = 0; start < real.Shape.Count; start += length)
        {
            Span<float> noise = points.Span.Slice(start, length);
            float scale = (float)(random.NextDouble() * halfDeviation);
            random.FillUniform(noise, 0, 1);
            TensorPrimitives.MultiplyAdd(noise, scale, real.Span.Slice(start, length), noise);
        }
    }

    /// <inheritdoc/>
    protected override (double Value, double Factor) Of(double norm) => WganGpPenalty.TowardsOne(norm);

    /// <summary>√(mean x² − (mean x)²), of the elements themselves: not of what they may be a sample of.</summary>
    private static double StandardDeviation(ReadOnlySpan<float> x)
    {
        double sum = 0, squares = 0;
        foreach (float value in x)
        {
            sum += value;
            squares += (double)value * value;
        }

        double mean = sum / x.Length;
        return Math.Sqrt(Math.Max((squares / x.Length) - (mean * mean), 0));
    }
}
