using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = W[label]: a learned vector per class. In a <see cref="Concat"/> with <see cref="Lambda.Identity"/> it tells a generator the class;
/// in a <see cref="ProjectionLogit"/>, a discriminator.
/// </summary>
/// <remarks>
/// x: [N, …], of which only N counts, so dx = 0; y: [N, F]; weight W: [classes, F], as in PyTorch's <c>Embedding</c>, ~ N(0, 1) at first.
/// The <see cref="Initializers"/> leave it as it is.
/// </remarks>
public sealed class Embedding : WeightedModule, IClassConditional
{
    private readonly ClassLabels labels;
    private Tensor? y, reusedY, reusedDx, reusedDdy;
    private Shape? input;
    private bool hadBackward;

    /// <summary>Makes the module, without labels.</summary>
    /// <param name="classes">Classes, at least 1.</param>
    /// <param name="features">F, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public Embedding(int classes, int features)
        : this(classes, features, (tensor, random) => random.FillNormal(tensor.Span))
    {
    }

    /// <summary>Makes the module with other vectors at first.</summary>
    internal Embedding(int classes, int features, Action<Tensor, RandomSource> initialize)
        : base(WeightShape(classes, features), initialize) => labels = new ClassLabels(classes);

    /// <summary>Classes that labels tell apart.</summary>
    public int Classes => Weight.Value.Shape.N;

    /// <summary>F.</summary>
    public int Features => Weight.Value.Shape.C;

    /// <inheritdoc/>
    public void SetLabels(ReadOnlySpan<int> labels)
    {
        this.labels.Set(labels);
        y = null;
    }

    /// <inheritdoc/>
    public void SetLabels(ReadOnlySpan<int> from, ReadOnlySpan<int> to, float t)
    {
        labels.Set(from, to, t);
        y = null;
    }

    /// <summary>y[n] = W[label of n].</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.N != labels.Count)
        {
            throw new ArgumentException(
                $"Embedding needs a label per row, but x is {x.Shape} and SetLabels was given {labels.Count} labels. Set the labels of " +
                "this batch first; packs of images have none.",
                nameof(x));
        }

        (input, hadBackward) = (x.Shape, false);
        y = Result(ref reusedY, new Shape(labels.Count, Features), x);
        for (int n = 0; n < labels.Count; n++)
        {
            Row(Weight.Value, labels[n]).CopyTo(Row(y, n));
            if (labels.Way > 0)
            {
                TensorPrimitives.Lerp(Row(y, n), Row(Weight.Value, labels.Other(n)), labels.Way, Row(y, n));
            }
        }

        return y;
    }

    /// <summary>dW[label of n] += dy[n]; dx = 0.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        if ((wanted & Gradients.Parameters) != 0)
        {
            for (int n = 0; n < labels.Count; n++)
            {
                Span<float> gradient = Row(Weight.Gradient, labels[n]);
                TensorPrimitives.Add(gradient, Row(dy, n), gradient);
            }
        }

        return (wanted & Gradients.Input) == 0 ? NoGradient : Zeros(ref reusedDx, input!.Value, dy);
    }

    /// <summary>ddy = 0.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, input, ddx);
        return Zeros(ref reusedDdy, y!.Shape, ddx);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Embedding({Classes} → {Features})";

    private static Shape WeightShape(int classes, int features)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        return new Shape(classes, features);
    }

    private static Span<float> Row(Tensor rows, int row) => rows.Span.Slice(row * rows.Shape.C, rows.Shape.C);

    private Tensor Zeros(ref Tensor? reused, Shape shape, Tensor source)
    {
        Tensor zeros = Result(ref reused, shape, source);
        zeros.Span.Clear();
        return zeros;
    }
}
