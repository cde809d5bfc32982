using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>y = x where x &gt; 0, slope · x elsewhere (Maas, Hannun and Ng 2013).</summary>
/// <remarks>At exactly 0 the derivative is taken as the slope, as PyTorch does.</remarks>
public class LeakyReLU : Activation
{
    /// <summary>Makes the activation.</summary>
    /// <param name="slope">The factor for negative x, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is outside [0, 1).</exception>
    public LeakyReLU(float slope = 0.01f)
    {
        if (!(slope is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "The slope must be at least 0 and less than 1.");
        }

        Slope = slope;
    }

    /// <summary>The factor for negative x.</summary>
    public float Slope { get; }

    /// <inheritdoc/>
    public sealed override bool HasCurvature => false;

    /// <summary>
    /// Whether y may take x's memory, and dx dy's: neither is read after it. A subclass may compute in another way.
    /// </summary>
    internal bool WorksInPlace => GetType() == typeof(LeakyReLU) || GetType() == typeof(ReLU);

    /// <summary>Forward, with y in x's memory.</summary>
    internal Tensor ForwardInPlace(Tensor x) => Forward(x, inPlace: true);

    /// <summary>Backward, with dx in dy's memory.</summary>
    internal Tensor BackwardInPlace(Tensor dy, Gradients wanted) => Backward(dy, wanted, inPlace: true);

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        if (Slope == 0)
        {
            TensorPrimitives.Max(x, 0, y); // not by the product: ∞ · 0 is no number
        }
        else
        {
            SlopedSelection.Apply(x, x, Slope, y);
        }
    }

    /// <inheritdoc/>
    protected override void ApplyBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx) =>
        SlopedSelection.Apply(y, dy, Slope, dx);

    /// <inheritdoc/>
    protected override void ApplyCurvature(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> curvature) =>
        curvature.Clear();
}
