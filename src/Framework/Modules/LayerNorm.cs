using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = γ · (x − μ) / √(σ² + ε) + β, with μ and σ² of each item of the batch by itself, over all its elements, and γ and β per element (Ba,
/// Kiros and Hinton 2016, "Layer normalization"). The norm of a WGAN-GP's discriminator (Gulrajani et al. 2017, section 4).
/// </summary>
/// <remarks>
/// x, y: [N, d₁, …]; weight γ and bias β: [d₁, …]. As PyTorch's <c>LayerNorm((d1, …))</c> over all dimensions but the batch.
/// </remarks>
public sealed class LayerNorm : SmoothModule
{
    private readonly int[] dimensions;
    private readonly Action<int> standardize, differentiate, differentiateTwice;
    private readonly Tensor factors, offsets, sums;
    private readonly float[] rowMajor;

    private Tensor? standardized, d, reusedStandardized, reusedD, reusedProjected, source, target, ddx, curvature;
    private float[] r = [];

    /// <summary>Makes a layer with γ = 1 and β = 0.</summary>
    /// <param name="dimensions">One to three: those of x without the batch, for example channels, height, width.</param>
    /// <exception cref="ArgumentException">There is no dimension or more than three, or one is less than 1.</exception>
    public LayerNorm(params ReadOnlySpan<int> dimensions)
        : this(1e-5, true, dimensions)
    {
    }

    /// <summary>Makes a layer with γ = 1 and β = 0, or without them.</summary>
    /// <param name="epsilon">ε, added to the variance; positive.</param>
    /// <param name="affine">Whether to learn γ and β.</param>
    /// <param name="dimensions">One to three: those of x without the batch, for example channels, height, width.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public LayerNorm(double epsilon, bool affine, params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length is < 1 or > 3 || dimensions.ContainsAnyInRange(int.MinValue, 0) || !(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(
                "LayerNorm needs one to three dimensions of at least 1 and a positive epsilon, but got " +
                $"[{string.Join(", ", dimensions.ToArray())}] and {epsilon}.",
                nameof(dimensions));
        }

        if (!dimensions.ContainsAnyExcept(1))
        {
            throw new ArgumentException("LayerNorm needs more than one value, of which nothing but 0 would be left.", nameof(dimensions));
        }

        this.dimensions = dimensions.ToArray();
        Epsilon = epsilon;
        Shape shape = new(dimensions), item = Batch(1);
        Weight = affine ? new Parameter("weight", shape, tensor => tensor.Span.Fill(1)) : null;
        Bias = affine ? new Parameter("bias", shape) : null;
        Parameters = affine ? [Weight!, Bias!] : [];
        (factors, offsets, sums) = (Tensor.Deferred(item), Tensor.Deferred(item), Tensor.Deferred(item));
        rowMajor = new float[affine ? shape.Count : 0];
        standardize = n => r[n] = Standardization.Apply(source!.Image(n), standardized!.Image(n), Epsilon, centred: true);
        differentiate = n => Standardization.Differentiate(standardized!.Image(n), r[n], source!.Image(n), target!.Image(n), centred: true);
        differentiateTwice = DifferentiateItemTwice;
    }

    /// <summary>The dimensions of x without the batch.</summary>
    public IReadOnlyList<int> Dimensions => dimensions;

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>γ; null if there is none.</summary>
    public Parameter? Weight { get; }

    /// <summary>β; null if there is none.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override string ToString() => $"LayerNorm({string.Join(", ", dimensions)})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) => x == Batch(x.N)
        ? x
        : throw new ArgumentException($"LayerNorm expects x: [N, {string.Join(", ", dimensions)}], but got {x}.", nameof(x));

    /// <inheritdoc/>
    protected override void Compute(Tensor x, Tensor y)
    {
        if (r.Length < x.Shape.N)
        {
            r = new float[x.Shape.N];
        }

        (source, standardized) = (x, Weight is null ? y : Result(ref reusedStandardized, x.Shape, x));
        Parallelism.For(x.Shape.N, standardize);
        if (Weight is not null)
        {
            factors.CopyFromRowMajor(Weight.Value.Span);
            offsets.CopyFromRowMajor(Bias!.Value.Span);
            for (int n = 0; n < x.Shape.N; n++)
            {
                TensorPrimitives.MultiplyAdd(standardized.Image(n), factors.Span, offsets.Span, y.Image(n));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Differentiate(Tensor x, Tensor y, Tensor dy, Tensor? dx, bool parameters)
    {
        if (parameters && Weight is not null)
        {
            AccumulateProducts(dy, standardized!, Weight.Gradient);
            AccumulateProducts(dy, null, Bias!.Gradient);
        }

        if (dx is not null)
        {
            (source, target) = (TimesFactors(dy, ref reusedD), dx);
            Parallelism.For(x.Shape.N, differentiate);
        }
    }

    /// <inheritdoc/>
    protected override void DifferentiateTwice(Tensor x, Tensor y, Tensor dy, Tensor ddx, Tensor ddy, Tensor? curvature)
    {
        (d, this.ddx, this.curvature) = (TimesFactors(dy, ref reusedD), ddx, curvature);
        target = Weight is null ? ddy : Result(ref reusedProjected, x.Shape, ddx);
        Parallelism.For(x.Shape.N, differentiateTwice);
        if (Weight is not null)
        {
            AccumulateProducts(dy, target, Weight.Gradient);
            Multiply(target, ddy);
        }
    }

    private unsafe void DifferentiateItemTwice(int n)
    {
        ReadOnlySpan<float> own = standardized!.Image(n), ofDy = d!.Image(n), v = ddx!.Image(n);
        Span<float> between = new(ThreadScratch.Floats(own.Length), own.Length), result = target!.Image(n);
        Standardization.Differentiate(own, r[n], v, result, centred: true);
        Standardization.Differentiate(own, r[n], ofDy, between, centred: true);
        Standardization.Curvature(own, r[n], ofDy, v, between, result, curvature!.Image(n));
    }

    private Shape Batch(int n) => dimensions.Length switch
    {
        1 => new(n, dimensions[0]),
        2 => new(n, dimensions[0], dimensions[1]),
        _ => new(n, dimensions[0], dimensions[1], dimensions[2]),
    };

    private Tensor TimesFactors(Tensor dy, ref Tensor? reused)
    {
        if (Weight is null)
        {
            return dy;
        }

        Tensor product = Result(ref reused, dy.Shape, dy);
        Multiply(dy, product);
        return product;
    }

    private void Multiply(Tensor from, Tensor to)
    {
        for (int n = 0; n < from.Shape.N; n++)
        {
            TensorPrimitives.Multiply(from.Image(n), factors.Span, to.Image(n));
        }
    }

    /// <summary>gradient += Σₙ a · b, or Σₙ a, element by element; gradients are in row-major order.</summary>
    private void AccumulateProducts(Tensor a, Tensor? b, Tensor gradient)
    {
        sums.Span.Clear();
        for (int n = 0; n < a.Shape.N; n++)
        {
            if (b is null)
            {
                TensorPrimitives.Add(sums.Span, a.Image(n), sums.Span);
            }
            else
            {
                TensorPrimitives.MultiplyAdd(a.Image(n), b.Image(n), sums.Span, sums.Span);
            }
        }

        sums.CopyToRowMajor(rowMajor);
        TensorPrimitives.Add(gradient.Span, rowMajor, gradient.Span);
    }
}
