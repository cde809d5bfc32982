using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Spectral normalisation: y = f(x; W / σ(W)), where σ(W) is the largest singular value of W as a matrix with a row per output channel, so
/// that the layer stretches no x more than its geometry lets it (Miyato, Kataoka, Koyama and Yoshida 2018, "Spectral normalization for
/// generative adversarial networks", algorithm 1).
/// </summary>
/// <remarks>
/// <para>
/// σ = uᵀ · W · v. Each Forward in training moves u and v by one power iteration, v ← Wᵀ · u / |Wᵀ · u|, u ← W · v / |W · v|, and follows W
/// thus, which moves little in a step; in inference they stay. Those of a new module are told by v = 0: its first Forward, in whichever
/// mode, makes 15 iterations, since only then the weights are there.
/// </para>
/// <para>
/// As PyTorch's <c>torch.nn.utils.spectral_norm</c>, names, shapes and order of the state included: <c>bias</c>, <c>weight_orig</c> (W,
/// which is learned), <c>weight_u</c>, <c>weight_v</c>. The weight of the wrapped layer is no parameter any more: it holds W / σ.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var layer = new SpectralNorm(new Conv2D(1, 16, kernel: 4, stride: 2, padding: 1));
/// Tensor y = layer.Forward(new Tensor(new Shape(8, 1, 28, 28))); // σ of the weight as a matrix is 1
/// </code>
/// </example>
public sealed class SpectralNorm : Module
{
    private const int FirstIterations = 15;

    private readonly Parameter normalized;
    private readonly Tensor v, product;
    private readonly bool byRows;

    /// <summary>Wraps a layer, whose weight becomes W.</summary>
    /// <param name="inner">The layer; used through this module from now on.</param>
    /// <param name="random">Where the first u comes from; not kept. <see cref="RandomSource.Default"/> unless given.</param>
    public SpectralNorm(WeightedModule inner, RandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        (Inner, Children, normalized) = (inner, [inner], inner.Weight);
        Shape shape = normalized.Value.Shape;
        Weight = new Parameter("weight_orig", shape, tensor => normalized.Value.Span.CopyTo(tensor.Span));
        byRows = inner.OutputAxis == 0;
        U = new Tensor(new Shape(shape[inner.OutputAxis]));
        V = Tensor.Deferred(new Shape(shape.Count / U.Shape.N));
        product = new Tensor(U.Shape);
        v = Tensor.Deferred(byRows && shape.Rank == 4 ? new Shape(1, shape.C, shape.H, shape.W) : V.Shape);
        (random ?? RandomSource.Default).FillNormal(U.Span);
        Normalize(U, U);
        Parameters = inner.Bias is null ? [Weight] : [inner.Bias, Weight];
        State = [.. base.State, new("weight_u", U), new("weight_v", V)];
    }

    /// <summary>The wrapped layer.</summary>
    public WeightedModule Inner { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Children { get; }

    /// <summary>W, in the shape of the wrapped layer's weight.</summary>
    public Parameter Weight { get; }

    /// <summary>u, the left singular vector of σ, of length 1: [out].</summary>
    public Tensor U { get; }

    /// <summary>
    /// v, the right singular vector of σ, of length 1: [in / groups · kh · kw], of a transposed convolution [in · kh · kw], in
    /// row-major order. 0 until the first Forward.
    /// </summary>
    public Tensor V { get; }

    /// <summary>σ of the last Forward; 0 before it.</summary>
    public float Sigma { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> State { get; }

    /// <inheritdoc/>
    internal override bool ForgetsResults => Inner.ForgetsResults;

    /// <summary>y = f(x; W / σ); in training u and v move first.</summary>
    /// <inheritdoc/>
    /// <exception cref="NotFiniteNumberException">σ is 0, as of weights that are all zeros, so that W / σ is not finite.</exception>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Divide();
        return Inner.Forward(x);
    }

    /// <summary>The weight of the wrapped layer ← W / σ; in training u and v move first.</summary>
    /// <exception cref="NotFiniteNumberException">σ is 0, as of weights that are all zeros.</exception>
    internal void Divide()
    {
        v.CopyFromRowMajor(V.Span);
        int iterations = IterationsOf(isFirst: !V.Span.ContainsAnyExcept(0f), IsTraining);
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
    }

    /// <summary>
    /// That of the wrapped layer; with G the gradient of W / σ, dW += (G − ⟨G, W / σ⟩ · u · vᵀ) / σ (equations 9 to 12 of
    /// the paper; u and v count as constants).
    /// </summary>
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

    /// <summary>Steps of the power method in a forward.</summary>
    internal static int IterationsOf(bool isFirst, bool isTraining) => isFirst ? FirstIterations : isTraining ? 1 : 0;

    /// <inheritdoc/>
    public override string ToString() => $"SpectralNorm({Inner})";

    // In memory the weight is a matrix M. Its rows are those of W, or, where the output's axis is the second, its columns are: then M = Wᵀ.
    // Sums over rows are in their order, so that nothing depends on the number of threads.

    /// <summary>v ← Wᵀ · u.</summary>
    private void MultiplyTransposed()
    {
        if (byRows)
        {
            SumRows(U, v);
        }
        else
        {
            MultiplyRows(U, v);
        }
    }

    /// <summary>product ← W · v.</summary>
    private void Multiply()
    {
        if (byRows)
        {
            MultiplyRows(v, product);
        }
        else
        {
            SumRows(v, product);
        }
    }

    /// <summary>result ← Mᵀ · factors.</summary>
    private void SumRows(Tensor factors, Tensor result)
    {
        result.Span.Clear();
        for (int row = 0; row < factors.Span.Length; row++)
        {
            TensorPrimitives.MultiplyAdd(Row(Weight.Value, row), factors.Span[row], result.Span, result.Span);
        }
    }

    /// <summary>result ← M · factors.</summary>
    private void MultiplyRows(Tensor factors, Tensor result)
    {
        for (int row = 0; row < result.Span.Length; row++)
        {
            result.Span[row] = TensorPrimitives.Dot<float>(Row(Weight.Value, row), factors.Span);
        }
    }

    private void AccumulateGradient()
    {
        (Tensor ofRows, Tensor ofColumns) = byRows ? (U, v) : (v, U);
        double inner = 0;
        for (int row = 0; row < ofRows.Span.Length; row++)
        {
            inner += TensorPrimitives.Dot<float>(Row(normalized.Gradient, row), Row(normalized.Value, row));
        }

        for (int row = 0; row < ofRows.Span.Length; row++)
        {
            Span<float> target = Row(Weight.Gradient, row);
            TensorPrimitives.MultiplyAdd(Row(normalized.Gradient, row), 1 / Sigma, target, target);
            TensorPrimitives.MultiplyAdd(ofColumns.Span, (float)(-inner * ofRows.Span[row] / Sigma), target, target);
        }
    }

    private Span<float> Row(Tensor matrix, int row)
    {
        int length = (byRows ? v : U).Shape.Count;
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
            throw new NotFiniteNumberException(
                "SpectralNorm cannot divide weights by their largest singular value, for it is 0: they are all zeros. Fill them with one " +
                "of the Initializers or from a checkpoint.");
        }
    }
}
