using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = [x, onehot(label)]: appends to each row its label as a one-hot vector; a Linear after it then learns a vector per class (Mirza and
/// Osindero 2014, "Conditional generative adversarial nets", figure 1).
/// </summary>
/// <remarks>x: [N, F] → y: [N, F + classes].</remarks>
public sealed class ConcatOneHot : Module, IClassConditional
{
    private readonly ClassLabels labels;
    private Shape? input;
    private bool hadBackward;
    private Tensor? y, reusedY, reusedDx, reusedDdy;

    /// <summary>Makes the module.</summary>
    /// <param name="classes">Classes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none.</exception>
    public ConcatOneHot(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Classes = classes;
        labels = new ClassLabels(classes);
    }

    /// <summary>Classes that labels tell apart.</summary>
    public int Classes { get; }

    /// <inheritdoc/>
    public void SetLabels(ReadOnlySpan<int> labels)
    {
        this.labels.Set(labels);
    }

    /// <inheritdoc/>
    public void SetLabels(ReadOnlySpan<int> from, ReadOnlySpan<int> to, float t) => labels.Set(from, to, t);

    /// <summary>y = [x, e(label)].</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 2 || x.Shape.N != labels.Count)
        {
            throw new ArgumentException(
                $"ConcatOneHot expects x: [N, F] with N = {labels.Count}, the number of labels set, but got {x.Shape}.", nameof(x));
        }

        (input, hadBackward) = (x.Shape, false);
        y = Widen(x, ref reusedY);
        for (int n = 0; n < labels.Count; n++)
        {
            Span<float> oneHot = y.Span.Slice((n * y.Shape.C) + x.Shape.C, Classes);
            oneHot[labels[n]] = 1 - labels.Way;
            if (labels.Way > 0)
            {
                oneHot[labels.Other(n)] += labels.Way;
            }
        }

        return y;
    }

    /// <summary>dx: the columns of dy that are x's.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, input!.Value, dy);
        int features = dx.Shape.C;
        for (int n = 0; n < dx.Shape.N; n++)
        {
            dy.Span.Slice(n * dy.Shape.C, features).CopyTo(dx.Span[(n * features)..]);
        }

        return dx;
    }

    /// <summary>ddy = [ddx, 0].</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, input, ddx);
        return Widen(ddx, ref reusedDdy);
    }

    private Tensor Widen(Tensor rows, ref Tensor? reused)
    {
        int features = rows.Shape.C;
        Tensor wide = Result(ref reused, new Shape(rows.Shape.N, features + Classes), rows);
        wide.Span.Clear();
        for (int n = 0; n < rows.Shape.N; n++)
        {
            rows.Span.Slice(n * features, features).CopyTo(wide.Span[(n * wide.Shape.C)..]);
        }

        return wide;
    }
}
