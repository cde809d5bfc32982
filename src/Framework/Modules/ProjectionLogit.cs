using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// The last layer of a discriminator that knows labels: y = ψ(x) + x · e(label), how real the features look, and how much like those of
/// the class (Miyato and Koyama 2018, "cGANs with projection discriminator", equation 3).
/// </summary>
/// <remarks>x: [N, F] → y: [N, 1]. In the state the modules are <c>linear</c> and <c>embedding</c>.</remarks>
public sealed class ProjectionLogit : Container
{
    private readonly Module linear, embedding;
    private Tensor? x, y, vectors, dy, reusedY, reusedDx, reusedDdy, reusedDe;

    /// <summary>
    /// Makes the layer of a <see cref="Linear"/> and an <see cref="Embedding"/>, each within a <see cref="SpectralNorm"/> or not.
    /// </summary>
    /// <param name="features">F, at least 1.</param>
    /// <param name="classes">Classes, at least 1.</param>
    /// <param name="spectralNorm">Whether to normalise both.</param>
    /// <exception cref="ArgumentException">A number is less than 1.</exception>
    public ProjectionLogit(int features, int classes, bool spectralNorm = false)
        : this(
            Normalized(new Linear(features, 1), spectralNorm), Normalized(new Embedding(classes, features), spectralNorm))
    {
    }

    /// <summary>Makes the layer of given modules.</summary>
    /// <param name="linear">ψ: [N, F] → [N, 1].</param>
    /// <param name="embedding">e: [N, F] → [N, F], of the labels alone: an <see cref="Embedding"/>, or one that is normalised.</param>
    /// <exception cref="ArgumentException">A module is within both.</exception>
    public ProjectionLogit(Module linear, Module embedding)
        : base(("linear", linear), ("embedding", embedding)) => (this.linear, this.embedding) = (linear, embedding);

    /// <summary>y = ψ(x) + Σ x · e(label).</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 2)
        {
            throw new ArgumentException($"ProjectionLogit expects x: [N, F], but got {x.Shape}. Pool or flatten images first.", nameof(x));
        }

        Tensor logits = ForwardAt("ProjectionLogit.linear", linear, x);
        (this.x, dy, vectors) = (x, null, ForwardAt("ProjectionLogit.embedding", embedding, x));
        if (logits.Shape != new Shape(x.Shape.N, 1) || vectors.Shape != x.Shape)
        {
            throw new ArgumentException(
                $"ProjectionLogit adds [N, 1] and the products of x with vectors like it, but of x: {x.Shape} its linear makes " +
                $"{logits.Shape} and its embedding {vectors.Shape}.",
                nameof(x));
        }

        y = Result(ref reusedY, logits.Shape, logits, x);
        AddProducts(logits, x, y);
        return y;
    }

    /// <summary>dx = ψ's dx + dy · e(label); e's dy = dy · x.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        this.dy = dy;
        Tensor ofLinear = linear.Backward(dy, wanted);
        if ((wanted & Gradients.Parameters) != 0)
        {
            embedding.Backward(Scaled(x!, dy), Gradients.Parameters);
        }

        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, x!.Shape, ofLinear, dy);
        for (int n = 0; n < x.Shape.N; n++)
        {
            TensorPrimitives.MultiplyAdd(Row(vectors!, n), dy.Span[n], Row(ofLinear, n), Row(dx, n));
        }

        return dx;
    }

    /// <summary>ddy = ψ's ddy + Σ ddx · e(label); e's dy = dy · ddx.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(dy, x?.Shape, ddx);
        Tensor ofLinear = linear.DoubleBackward(ddx), ddy = Result(ref reusedDdy, y!.Shape, ofLinear, ddx);
        embedding.Backward(Scaled(ddx, dy), Gradients.Parameters);
        AddProducts(ofLinear, ddx, ddy);
        return ddy;
    }

    private static Module Normalized(WeightedModule module, bool spectralNorm) => spectralNorm ? new SpectralNorm(module) : module;

    private static Span<float> Row(Tensor rows, int row) => rows.Span.Slice(row * rows.Shape.C, rows.Shape.C);

    /// <summary>result[n] = logits[n] + Σ rows[n] · e(label of n).</summary>
    private void AddProducts(Tensor logits, Tensor rows, Tensor result)
    {
        for (int n = 0; n < rows.Shape.N; n++)
        {
            result.Span[n] = logits.Span[n] + TensorPrimitives.Dot<float>(Row(rows, n), Row(vectors!, n));
        }
    }

    private Tensor Scaled(Tensor rows, Tensor dy)
    {
        Tensor scaled = Result(ref reusedDe, rows.Shape, dy);
        for (int n = 0; n < rows.Shape.N; n++)
        {
            TensorPrimitives.Multiply(Row(rows, n), dy.Span[n], Row(scaled, n));
        }

        return scaled;
    }
}
