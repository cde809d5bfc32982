using System.Numerics;
using System.Runtime.CompilerServices;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = x where x &gt; 0, a · x elsewhere, with a slope a that is learned, one for all or one per channel (He et al. 2015, "Delving deep
/// into rectifiers", equation 1).
/// </summary>
/// <remarks>
/// x, y: [N, C, H, W], or rows [N, C]; weight a: [1] or [C]. As PyTorch's <c>PReLU</c>; at exactly 0 the derivative is taken as a.
/// </remarks>
public sealed class PReLU : SmoothModule
{
    private readonly ChannelMap<Leak> leak = new();
    private readonly ChannelMap<Negative> negative = new();
    private ChannelSums? sums;
    private Tensor? slopes, sum, product, reusedProduct;

    /// <summary>Makes the activation.</summary>
    /// <param name="channels">C for a slope per channel, 1 for one that all share.</param>
    /// <param name="slope">The first slope.</param>
    /// <exception cref="ArgumentException">There is no channel, or the slope is not finite.</exception>
    public PReLU(int channels = 1, float slope = 0.25f)
    {
        if (channels < 1 || !float.IsFinite(slope))
        {
            throw new ArgumentException($"PReLU needs at least 1 channel and a finite slope, but got {channels} and {slope}.");
        }

        Weight = new Parameter("weight", new Shape(channels), tensor => tensor.Span.Fill(slope));
        Parameters = [Weight];
    }

    /// <summary>a.</summary>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override bool HasCurvature => false;

    /// <inheritdoc/>
    public override string ToString() => $"PReLU({Weight.Value.Shape.N})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) => x.Rank is 2 or 4 && (Weight.Value.Shape.N == 1 || Weight.Value.Shape.N == x.C)
        ? x
        : throw new ArgumentException(
            Weight.Value.Shape.N == 1
                ? $"PReLU expects x: [N, C, H, W] or [N, C], but got {x}."
                : $"PReLU expects x: [N, {Weight.Value.Shape.N}, H, W] or [N, {Weight.Value.Shape.N}], but got {x}.",
            nameof(x));

    /// <inheritdoc/>
    protected override void Compute(Tensor x, Tensor y)
    {
        if (slopes is null || slopes.Shape.N != x.Shape.C)
        {
            (slopes, sum) = (new Tensor(new Shape(x.Shape.C)), new Tensor(new Shape(x.Shape.C)));
            sums = new ChannelSums(x.Shape.C);
        }

        if (Weight.Value.Shape.N == 1)
        {
            slopes.Span.Fill(Weight.Value.Span[0]);
        }
        else
        {
            Weight.Value.Span.CopyTo(slopes.Span);
        }

        leak.Run(x, x, slopes, slopes, slopes, slopes, slopes, 1, y);
    }

    /// <inheritdoc/>
    protected override void Differentiate(Tensor x, Tensor y, Tensor dy, Tensor? dx, bool parameters)
    {
        if (parameters)
        {
            // da = Σ dy · min(x, 0)
            product = Result(ref reusedProduct, x.Shape, dy);
            TensorPrimitives.Min(x.Span, 0, product.Span);
            AccumulateProduct(dy);
        }

        if (dx is not null)
        {
            leak.Run(dy, x, slopes!, slopes!, slopes!, slopes!, slopes!, 1, dx);
        }
    }

    /// <inheritdoc/>
    protected override void DifferentiateTwice(Tensor x, Tensor y, Tensor dy, Tensor ddx, Tensor ddy, Tensor? curvature)
    {
        // da = Σ dy · ddx where x ≤ 0
        product = Result(ref reusedProduct, x.Shape, ddx);
        negative.Run(ddx, x, slopes!, slopes!, slopes!, slopes!, slopes!, 1, product);
        AccumulateProduct(dy);
        leak.Run(ddx, x, slopes!, slopes!, slopes!, slopes!, slopes!, 1, ddy);
    }

    private void AccumulateProduct(Tensor dy)
    {
        TensorPrimitives.Multiply(product!.Span, dy.Span, product.Span);
        sum!.Span.Clear();
        sums!.AccumulateSum(product, sum);
        Span<float> gradient = Weight.Gradient.Span;
        if (gradient.Length == 1)
        {
            gradient[0] += TensorPrimitives.Sum<float>(sum.Span);
        }
        else
        {
            TensorPrimitives.Add(gradient, sum.Span, gradient);
        }
    }

    /// <summary>a where b &gt; 0, p · a elsewhere.</summary>
    private readonly struct Leak : IChannelOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Invoke(
            Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r, Vector<float> s,
        Vector<float> slope) =>
            Vector.ConditionalSelect(Vector.GreaterThan(b, Vector<float>.Zero), a, p * a);
    }

    /// <summary>0 where b &gt; 0, a elsewhere.</summary>
    private readonly struct Negative : IChannelOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Invoke(
            Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r, Vector<float> s,
        Vector<float> slope) =>
            Vector.ConditionalSelect(Vector.GreaterThan(b, Vector<float>.Zero), Vector<float>.Zero, a);
    }
}
