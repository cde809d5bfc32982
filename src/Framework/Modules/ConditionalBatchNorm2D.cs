using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = γ(label) · x̂ + β(label), with x̂ as <see cref="BatchNorm2D"/> makes it, and a learned γ and β per class and channel: how a
/// generator is told labels at each layer (Dumoulin, Shlens and Kudlur 2017, "A learned representation for artistic style", equation 5;
/// in GANs, Miyato and Koyama 2018).
/// </summary>
/// <remarks>
/// x, y: [N, C, H, W]. In the state, as in mimicry: <c>bn.running_mean</c>, <c>bn.running_var</c> and <c>embed.weight</c>: [classes, 2C],
/// γ and then β of each class; γ = 1 and β = 0 at first.
/// </remarks>
public sealed class ConditionalBatchNorm2D : Container
{
    private readonly BatchNorm2D norm;
    private readonly Embedding embedding;
    private readonly Action<int> apply, sum, scale;
    private Tensor? standardized, vectors, y, dy, source, target, reusedY, reusedDe, reusedDh;

    /// <summary>Makes a layer with γ = 1 and β = 0 for each class.</summary>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="classes">Classes, at least 1.</param>
    /// <param name="epsilon">ε, added to the variance; positive.</param>
    /// <param name="momentum">As of <see cref="BatchNorm2D"/>.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public ConditionalBatchNorm2D(int channels, int classes, double epsilon = 1e-5, double? momentum = 0.1)
        : this(
            new BatchNorm2D(channels, epsilon, momentum, affine: false),
            classes >= 1
                ? new Embedding(classes, checked(2 * channels), (weight, _) => OnesAndZeros(weight))
                : throw new ArgumentException($"ConditionalBatchNorm2D needs at least 1 class, but got {classes}."))
    {
    }

    private ConditionalBatchNorm2D(BatchNorm2D norm, Embedding embedding)
        : base(("bn", norm), ("embed", embedding))
    {
        (this.norm, this.embedding) = (norm, embedding);
        (apply, sum, scale) = (ApplyItem, SumItem, ScaleItem);
    }

    /// <summary>C.</summary>
    public int Channels => embedding.Features / 2;

    /// <summary>Classes that labels tell apart.</summary>
    public int Classes => embedding.Classes;

    /// <summary>y = γ(label) · x̂ + β(label).</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        standardized = ForwardAt("ConditionalBatchNorm2D.bn", norm, x);
        vectors = ForwardAt("ConditionalBatchNorm2D.embed", embedding, x);
        y = Result(ref reusedY, x.Shape, x);
        Parallelism.For(x.Shape.N, apply);
        return y;
    }

    /// <summary>dγ(label) += Σ dy · x̂, dβ(label) += Σ dy, over the pixels; dx from γ(label) · dy.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        this.dy = dy;
        if ((wanted & Gradients.Parameters) != 0)
        {
            target = Result(ref reusedDe, vectors!.Shape, dy);
            Parallelism.For(dy.Shape.N, sum);
            embedding.Backward(target, Gradients.Parameters);
        }

        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        source = Result(ref reusedDh, dy.Shape, dy);
        Parallelism.For(dy.Shape.N, scale);
        return norm.Backward(source, Gradients.Input);
    }

    /// <summary>Not supported, as of <see cref="BatchNorm2D"/>.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx) => norm.DoubleBackward(ddx);

    /// <inheritdoc/>
    public override string ToString() => $"ConditionalBatchNorm2D({Channels}, {Classes} classes)";

    /// <summary>γ = 1 and β = 0 for each class; when the weight is first used, since one that is loaded is not.</summary>
    private static void OnesAndZeros(Tensor weight)
    {
        (int classes, int twice) = (weight.Shape.N, weight.Shape.C);
        for (int label = 0; label < classes; label++)
        {
            weight.Span.Slice(label * twice, twice / 2).Fill(1);
        }
    }

    private void ApplyItem(int n)
    {
        ReadOnlySpan<float> gamma = Factors(vectors!, n), beta = Offsets(vectors!, n);
        for (int p = 0; p < Pixels; p++)
        {
            TensorPrimitives.MultiplyAdd(Pixel(standardized!, n, p), gamma, beta, Pixel(y!, n, p));
        }
    }

    private void SumItem(int n)
    {
        Span<float> gamma = Factors(target!, n), beta = Offsets(target!, n);
        gamma.Clear();
        beta.Clear();
        for (int p = 0; p < Pixels; p++)
        {
            TensorPrimitives.MultiplyAdd(Pixel(dy!, n, p), Pixel(standardized!, n, p), gamma, gamma);
            TensorPrimitives.Add(Pixel(dy!, n, p), beta, beta);
        }
    }

    private void ScaleItem(int n)
    {
        for (int p = 0; p < Pixels; p++)
        {
            TensorPrimitives.Multiply(Pixel(dy!, n, p), Factors(vectors!, n), Pixel(source!, n, p));
        }
    }

    private int Pixels => y!.Shape.H * y.Shape.W;

    private Span<float> Factors(Tensor rows, int n) => rows.Span.Slice(n * 2 * Channels, Channels);

    private Span<float> Offsets(Tensor rows, int n) => rows.Span.Slice(((n * 2) + 1) * Channels, Channels);

    private Span<float> Pixel(Tensor images, int n, int p) => images.Span.Slice(((n * Pixels) + p) * Channels, Channels);
}
