using System.Diagnostics.CodeAnalysis;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Spectral normalisation: y = f(x; W / σ(W)), where σ(W) is the largest singular value of W as a matrix of one row an output channel, so that the layer stretches no x more than its geometry lets it
/// (Miyato, Kataoka, Koyama and Yoshida 2018, "Spectral normalization for generative adversarial networks", algorithm 1).
/// </summary>
/// <remarks>
/// <para>
/// σ = uᵀ · W · v. Each Forward in training moves u and v by one power iteration, v ← Wᵀ · u / |Wᵀ · u|, u ← W · v / |W · v|, and follows W thus, which moves little in a step; in inference they stay. Those of
/// a new module are told by v = 0: its first Forward, in whichever mode, makes 15 iterations, since only then the weights are there.
/// </para>
/// <para>
/// As PyTorch's <c>torch.nn.utils.spectral_norm</c>, names, shapes and order of the state included: <c>bias</c>, <c>weight_orig</c> (W, which is learned), <c>weight_u</c>, <c>weight_v</c>. The weight of the
/// wrapped layer is no parameter any more: it holds W / σ.
/// </para>
/// </remarks>
public sealed class SpectralNorm : Module
{
    private const int FirstIterations = 15;

    private readonly Parameter normalized;
    private readonly Tensor v, product;

    /// <summary>Wraps a convolution.</summary>
    /// <param name="inner">The layer; used through this module from now on. Its weights so far are not taken over: see <see cref="Initializers"/>.</param>
    /// <param name="random">Where the first u comes from; not kept.</param>
    public SpectralNorm(Conv2D inner, RandomSource random)
        : this(inner, inner?.Weight, inner?.Bias, random)
    {
    }

    /// <summary>Wraps a fully connected layer.</summary>
    /// <param name="inner">The layer; used through this module from now on. Its weights so far are not taken over: see <see cref="Initializers"/>.</param>
    /// <param name="random">Where the first u comes from; not kept.</param>
    public SpectralNorm(Linear inner, RandomSource random)
        : this(inner, inner?.Weight, inner?.Bias, random)
    {
    }

    private SpectralNorm([NotNull] Module? inner, Parameter? weight, Parameter? bias, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(random);
        (Inner, normalized) = (inner, weight!);
        Shape shape = normalized.Value.Shape;
        Weight = new Parameter("weight_orig", shape);
        U = new Tensor(new Shape(shape.N));
        V = new Tensor(new Shape(shape.Count / shape.N));
        product = new Tensor(U.Shape);
        v = new Tensor(shape.Rank == 4 ? new Shape(1, shape.C, shape.H, shape.W) : V.Shape);
        random.FillNormal(U.Span);
        Normalize(U, U);
        Parameters = bias is null ? [Weight] : [bias, Weight];
        State = [.. base.State, new("weight_u", U), new("weight_v", V)];
    }

    /// <summary>The wrapped layer, a <see cref="Conv2D"/> or a <see cref="Linear"/>.</summary>
    public Module Inner { get; }

    /// <summary>W, in the shape of the wrapped layer's weight.</summary>
    public Parameter Weight { get; }

    /// <summary>u, the left singular vector of σ, of length 1: [out].</summary>
    public Tensor U { get; }

    /// <summary>v, the right singular vector of σ, of length 1: [in / groups · kh · kw], in row-major order. 0 until the first Forward.</summary>
    public Tensor V { get; }

    /// <summary>σ of the last Forward; 0 before it.</summary>
    public float Sigma { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> State { get; }

    /// <summary>y = f(x; W / σ); in training u and v move first.</summary>
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">σ is 0, as of weights that nothing has filled.</exception>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        v.CopyFromRowMajor(V.Span);
        int iterations = !V.Span.ContainsAnyExcept(0f) ? FirstIterations : IsTraining ? 1 : 0;
        for (int i = 0; i < iterations; i++)
        {
            MultiplyTransposed();
            Normalize(v, v);
            Multiply();
            Normalize(product, U);
        }

        if (iterations > 0)
        {
            v.CopyToRowMajor(V.Span);
        }
        else
        {
            Multiply();
        }

        float sigma = TensorPrimitives.Dot<float>(U.Span, product.Span);
        RequireNonZero(sigma);
        Sigma = sigma;
        TensorPrimitives.Divide(Weight.Value.Span, sigma, normalized.Value.Span);
        return Inner.Forward(x);
    }

    /// <summary>That of the wrapped layer; with G the gradient of W / σ, dW += (G − ⟨G, W / σ⟩ · u · vᵀ) / σ (equations 9 to 12 of the paper; u and v count as constants).</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        normalized.Gradient.Span.Clear();
        Tensor dx = Inner.Backward(dy, wanted);
        if ((wanted & Gradients.Parameters) != 0)
        {
            AccumulateGradient();
        }

        return dx;
    }

    /// <summary>That of the wrapped layer; dW from its G as in Backward.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        normalized.Gradient.Span.Clear();
        Tensor ddy = Inner.DoubleBackward(ddx);
        AccumulateGradient();
        return ddy;
    }

    /// <inheritdoc/>
    public override void SetTraining(bool isTraining)
    {
        base.SetTraining(isTraining);
        Inner.SetTraining(isTraining);
    }

    // A row of W is contiguous in memory, in the order of v; the sums over rows are in their order, so that nothing depends on the number of threads.

    /// <summary>v ← Wᵀ · u.</summary>
    private void MultiplyTransposed()
    {
        v.Span.Clear();
        for (int row = 0; row < U.Span.Length; row++)
        {
            TensorPrimitives.MultiplyAdd(Row(Weight.Value, row), U.Span[row], v.Span, v.Span);
        }
    }

    /// <summary>product ← W · v.</summary>
    private void Multiply()
    {
        for (int row = 0; row < U.Span.Length; row++)
        {
            product.Span[row] = TensorPrimitives.Dot<float>(Row(Weight.Value, row), v.Span);
        }
    }

    private void AccumulateGradient()
    {
        double inner = 0;
        for (int row = 0; row < U.Span.Length; row++)
        {
            inner += TensorPrimitives.Dot<float>(Row(normalized.Gradient, row), Row(normalized.Value, row));
        }

        for (int row = 0; row < U.Span.Length; row++)
        {
            Span<float> target = Row(Weight.Gradient, row);
            TensorPrimitives.MultiplyAdd(Row(normalized.Gradient, row), 1 / Sigma, target, target);
            TensorPrimitives.MultiplyAdd(v.Span, (float)(-inner * U.Span[row] / Sigma), target, target);
        }
    }

    private static Span<float> Row(Tensor matrix, int row)
    {
        int length = matrix.Shape.Count / matrix.Shape.N;
        return matrix.Span.Slice(row * length, length);
    }

    /// <summary>to ← from / |from|.</summary>
    private static void Normalize(Tensor from, Tensor to)
    {
        float norm = TensorPrimitives.Norm<float>(from.Span);
        RequireNonZero(norm);
        TensorPrimitives.Divide(from.Span, norm, to.Span);
    }

    private static void RequireNonZero(float sigma)
    {
        if (sigma == 0)
        {
            throw new InvalidOperationException("SpectralNorm cannot divide weights by their largest singular value, for it is 0: they are all zeros. Fill them first, with one of the Initializers or from a checkpoint.");
        }
    }
}
