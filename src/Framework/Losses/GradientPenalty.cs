using MiniGan.Tensors;

namespace MiniGan.Losses;

/// <summary>
/// A function P of g = ∂D(x)/∂x, the gradient of the discriminator by an image, a mean over images of a function of |g|. Through
/// <c>Module.DoubleBackward</c> it becomes a gradient of D's parameters.
/// </summary>
public abstract class GradientPenalty
{
    private Tensor? adjoint;

    /// <summary>Makes a penalty.</summary>
    /// <param name="weight">Its factor, at least 0.</param>
    /// <param name="interval">
    /// It is computed every <paramref name="interval"/> steps and counts as many times as much (Karras et al. 2020, "Analyzing and
    /// improving the image quality of StyleGAN", section 3.1, lazy regularization); at least 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    protected GradientPenalty(double weight, int interval = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, 1);
        if (!(weight >= 0 && double.IsFinite(weight)))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight of a penalty must be a number of at least 0.");
        }

        (Weight, Interval) = (weight, interval);
    }

    /// <summary>Where the slope is taken.</summary>
    public abstract PenaltyPoint Point { get; }

    /// <summary>It is computed every so many steps.</summary>
    public int Interval { get; }

    /// <summary>The factor of the penalty.</summary>
    public double Weight { get; }

    /// <summary>P = weight · (1/N) Σₙ p(|gₙ|).</summary>
    /// <param name="gradients">g: [N, …], a gradient per image, N at least 1.</param>
    /// <param name="adjoint">∂P/∂g, in the same shape; holds until the next call.</param>
    /// <param name="packing">How many images in a row D judges together: their gradients are one gₙ.</param>
    /// <param name="times">How many times the gradient counts; the returned value counts once.</param>
    /// <exception cref="ArgumentException">There are no gradients, or they do not fill the packs.</exception>
    public double Evaluate(Tensor gradients, out Tensor adjoint, int packing = 1, double times = 1)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentOutOfRangeException.ThrowIfLessThan(packing, 1);
        (int count, int rest) = Math.DivRem(gradients.Shape.N, packing);
        if (rest > 0)
        {
            throw new ArgumentException($"{gradients.Shape.N} gradients do not fill packs of {packing}.", nameof(gradients));
        }

        if (count == 0)
        {
            throw new ArgumentException("The mean penalty of no gradients is undefined: the batch is empty.", nameof(gradients));
        }

        if (this.adjoint is null || this.adjoint.Shape != gradients.Shape)
        {
            this.adjoint = new Tensor(gradients.Shape);
        }

        adjoint = this.adjoint;
        int length = gradients.Shape.Count / count;
        double sum = 0;
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<float> g = gradients.Span.Slice(n * length, length);
            (double value, double factor) = Of(Math.Sqrt(TensorPrimitives.SumOfSquares(g)));
            sum += value;
            TensorPrimitives.Multiply(g, (float)(Weight * times * factor / count), adjoint.Span.Slice(n * length, length));
        }

        return Weight * sum / count;
    }

    /// <summary>Chooses points between or around the images, for <see cref="PenaltyPoint.Placed"/>.</summary>
    /// <param name="real">x: [N, C, H, W].</param>
    /// <param name="fake">G(z), in the same shape.</param>
    /// <param name="packing">How many images in a row D judges together.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="points">x̂, in the same shape; overwritten.</param>
    /// <exception cref="ArgumentException">The shapes differ, there are no images, or they do not fill the packs.</exception>
    public virtual void Place(Tensor real, Tensor fake, int packing, RandomSource random, Tensor points) =>
        throw new NotSupportedException($"{GetType().Name} places no points of its own.");

    /// <summary>Requires what <see cref="Place"/> is given to fit together.</summary>
    /// <param name="images">Real images, and others if they are needed.</param>
    /// <param name="packing">How many images in a row D judges together.</param>
    /// <param name="points">x̂.</param>
    /// <exception cref="ArgumentException">The shapes differ, there are no images, or they do not fill the packs.</exception>
    protected void RequireFit(int packing, Tensor points, params ReadOnlySpan<Tensor> images)
    {
        ArgumentNullException.ThrowIfNull(points);
        foreach (Tensor tensor in images)
        {
            if (tensor.Shape != points.Shape)
            {
                throw new ArgumentException(
                    $"{GetType().Name} needs as many images of each kind, of the same shape, but got {images[0].Shape} and " +
                    $"{(ReferenceEquals(tensor, images[0]) ? points : tensor).Shape}.");
            }
        }

        if (packing < 1 || points.Shape.N == 0 || points.Shape.N % packing != 0)
        {
            throw new ArgumentException($"{GetType().Name} needs images in packs of {packing}, but got {points.Shape}.");
        }
    }

    /// <summary>p(|g|), and p′(|g|) / |g|: what g is to be multiplied by to make ∂p/∂g.</summary>
    /// <param name="norm">|g|.</param>
    protected abstract (double Value, double Factor) Of(double norm);
}
