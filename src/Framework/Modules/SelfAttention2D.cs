using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Self-attention: y = γ · o(β · g) + x, where each position of x looks at those of all the image. β = softmax(θᵀ · φ), over φ's positions,
/// with θ, φ and g 1×1 convolutions of x, φ and g then pooled to the largest of each 2×2, and o a 1×1 convolution (Zhang, Goodfellow,
/// Metaxas and Odena 2019, "Self-attention generative adversarial networks", equations 1 to 3). γ is learned and 0 at first.
/// </summary>
/// <remarks>
/// <para>
/// x, y: [N, C, H, W], H and W at least 2; θ and φ: C → max(C / 8, 1) channels, g: C → max(C / 2, 1), o back to C, all without bias. Time
/// grows with the square of the positions, memory with the positions: β is not kept.
/// </para>
/// <para>
/// As <c>Attention</c> in BigGAN-PyTorch (<c>layers.py</c>), whose pooling and C / 2 are of the authors' code rather than of the paper; a
/// last row or column that does not fill a window of the pooling is left out of φ and g. The state is named as there: <c>gamma</c>,
/// <c>theta.weight</c>, <c>phi.weight</c>, <c>g.weight</c>, <c>o.weight</c>; with spectral normalisation, as
/// <see cref="SpectralNorm"/>: <c>theta.weight_orig</c>, <c>theta.weight_u</c>, <c>theta.weight_v</c>, …. <c>gamma</c> is [1] here and a
/// scalar, [], there; each loads the other's.
/// </para>
/// </remarks>
public sealed class SelfAttention2D : Container
{
    private readonly Module theta, phi, g, o;
    private readonly MaxPool2D phiPool, gPool;
    private readonly SoftmaxAttention attention = new(KernelRegistry.Current);

    private Tensor? x, y, z, dy, dAttended, reusedY, reusedDx, reusedDdy, reusedDz, reusedAttended, reusedDdAttended;
    private Tensor? reusedDq, reusedDk, reusedDv, reusedCurvatureQ, reusedCurvatureK, reusedCurvatureV;
    private SoftmaxAttention.Operands operands, curvature;
    private bool hasKept;

    /// <summary>Makes a layer with PyTorch's default weights (see <see cref="Initializers.Default"/>) and γ = 0, so that y = x.</summary>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="spectralNorm">Whether θ, φ, g and o are spectrally normalised, as in the paper (section 4.1).</param>
    /// <param name="random">Where the spectral norms' first u come from; not kept. <see cref="RandomSource.Default"/> unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no channel.</exception>
    public SelfAttention2D(int channels, bool spectralNorm = false, RandomSource? random = null)
        : this(channels, new Parameter("gamma", new Shape(1)), Parts(channels, spectralNorm, random))
    {
    }

    private SelfAttention2D(int channels, Parameter gamma, (string Name, Module Module)[] parts)
        : base([gamma], parts)
    {
        (Channels, Gamma) = (channels, gamma);
        (theta, phi, g, o) = (parts[0].Module, parts[1].Module, parts[2].Module, parts[3].Module);
        (phiPool, gPool) = ((MaxPool2D)parts[4].Module, (MaxPool2D)parts[5].Module);
    }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>γ, [1].</summary>
    public Parameter Gamma { get; }

    /// <inheritdoc/>
    public override bool HasCurvature => true;

    /// <summary>y = γ · o(β · g) + x.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape s = x.Shape;
        if (s.Rank != 4 || s.C != Channels || s.H < 2 || s.W < 2)
        {
            throw new ArgumentException(
                $"SelfAttention2D expects x: [N, {Channels}, H, W] with H and W of at least 2, as it pools 2×2, but got {s}.", nameof(x));
        }

        (this.x, dy, hasKept) = (x, null, false);
        operands = new(theta.Forward(x), phiPool.Forward(phi.Forward(x)), gPool.Forward(g.Forward(x)));
        Tensor attended = Result(ref reusedAttended, new Shape(s.N, operands.V.Shape.C, s.H, s.W), x);
        attention.Forward(operands, attended);
        z = o.Forward(attended);
        y = Result(ref reusedY, s, x);
        TensorPrimitives.MultiplyAdd(z.Span, Gamma.Value.Span[0], x.Span, y.Span);
        return y;
    }

    /// <summary>The chain rule through o, attention, and θ, φ and g; dγ += ⟨dy, o(β · g)⟩, dx = dy + θ's, φ's and g's dx.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        this.dy = dy;
        if ((wanted & Gradients.Parameters) != 0)
        {
            AccumulateGamma(dy, z!);
        }

        Tensor dz = Result(ref reusedDz, dy.Shape, dy);
        TensorPrimitives.Multiply(dy.Span, Gamma.Value.Span[0], dz.Span);
        dAttended = o.Backward(dz, wanted | Gradients.Input);
        SoftmaxAttention.Operands gradients = Like(operands, ref reusedDq, ref reusedDk, ref reusedDv);
        attention.Backward(operands, dAttended, gradients);
        if (hasKept)
        {
            Add(gradients.Q, curvature.Q);
            Add(gradients.K, curvature.K);
            Add(gradients.V, curvature.V);
            hasKept = false;
        }

        Tensor ofTheta = theta.Backward(gradients.Q, wanted), ofPhi = phi.Backward(phiPool.Backward(gradients.K), wanted);
        Tensor ofG = g.Backward(gPool.Backward(gradients.V), wanted);
        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, dy.Shape, dy);
        TensorPrimitives.Add<float>(dy.Span, ofTheta.Span, dx.Span);
        Add(dx, ofPhi);
        Add(dx, ofG);
        return dx;
    }

    /// <summary>
    /// ddy = ddx + γ · ddz, where ddz is ∂P/∂(γ · dy), which comes from ddx through θ, φ and g, attention, and o; dγ += ⟨dy, ddz⟩.
    /// </summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(dy, x?.Shape, ddx);
        SoftmaxAttention.Operands dd = new(
            theta.DoubleBackward(ddx), phiPool.DoubleBackward(phi.DoubleBackward(ddx)), gPool.DoubleBackward(g.DoubleBackward(ddx)));
        Tensor ddAttended = Result(ref reusedDdAttended, dAttended!.Shape, ddx);
        curvature = Like(operands, ref reusedCurvatureQ, ref reusedCurvatureK, ref reusedCurvatureV);
        attention.DoubleBackward(operands, dAttended, dd, ddAttended, curvature);
        hasKept = true;
        Tensor ddz = o.DoubleBackward(ddAttended);
        AccumulateGamma(dy, ddz);
        Tensor ddy = Result(ref reusedDdy, ddx.Shape, ddx);
        TensorPrimitives.MultiplyAdd(ddz.Span, Gamma.Value.Span[0], ddx.Span, ddy.Span);
        return ddy;
    }

    /// <summary>For example <c>SelfAttention2D(64)</c>.</summary>
    public override string ToString() => $"SelfAttention2D({Channels}{(theta is SpectralNorm ? ", spectral norm" : "")})";

    private static (string Name, Module Module)[] Parts(int channels, bool spectralNorm, RandomSource? random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        int narrow = Math.Max(channels / 8, 1), half = Math.Max(channels / 2, 1);
        Module Conv(int from, int to)
        {
            var conv = new Conv2D(from, to, 1, bias: false);
            return spectralNorm ? new SpectralNorm(conv, random) : conv;
        }

        return
        [
            ("theta", Conv(channels, narrow)), ("phi", Conv(channels, narrow)), ("g", Conv(channels, half)), ("o", Conv(half, channels)),
            ("phi_pool", new MaxPool2D(2)), ("g_pool", new MaxPool2D(2)),
        ];
    }

    /// <summary>dγ += ⟨a, b⟩, image by image, so that the sum stays exact enough.</summary>
    private void AccumulateGamma(Tensor a, Tensor b)
    {
        double sum = 0;
        for (int n = 0; n < a.Shape.N; n++)
        {
            sum += TensorPrimitives.Dot<float>(a.Image(n), b.Image(n));
        }

        Gamma.Gradient.Span[0] += (float)sum;
    }

    private SoftmaxAttention.Operands Like(SoftmaxAttention.Operands those, ref Tensor? q, ref Tensor? k, ref Tensor? v) =>
        new(Result(ref q, those.Q.Shape, those.Q), Result(ref k, those.K.Shape, those.K), Result(ref v, those.V.Shape, those.V));

    private static void Add(Tensor sum, Tensor addend) => TensorPrimitives.Add<float>(sum.Span, addend.Span, sum.Span);
}
