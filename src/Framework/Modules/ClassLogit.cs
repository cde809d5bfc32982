using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Picks, of K logits per row, the one of the row's label, which makes a discriminator conditional (Mescheder, Geiger and Nowozin 2018,
/// "Which training methods for GANs do actually converge?", appendix on the architectures).
/// </summary>
/// <remarks>x: [N, K] → y: [N, 1], with y[n] = x[n, labels[n]]: PyTorch's <c>x.gather(1, labels[:, None])</c>.</remarks>
public sealed class ClassLogit : Module, IClassConditional
{
    private readonly ClassLabels labels;
    private Tensor? y, reusedY, reusedDx, reusedDdy;
    private bool hadBackward;

    /// <summary>Makes the module, without labels.</summary>
    /// <param name="classes">K, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no class.</exception>
    public ClassLogit(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Classes = classes;
        labels = new ClassLabels(classes);
    }

    /// <summary>K, the number of classes.</summary>
    public int Classes { get; }

    /// <summary>Sets the labels, for all Forwards until the next call; a Backward needs a Forward with them before it.</summary>
    /// <param name="labels">A label per row of x, from 0 to K − 1; copied.</param>
    /// <exception cref="ArgumentException">A label is no class; the labels stay as they were.</exception>
    public void SetLabels(ReadOnlySpan<int> labels)
    {
        this.labels.Set(labels);
        y = null;
    }

    /// <summary>y[n] = x[n, labels[n]].</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 2 || x.Shape.C != Classes)
        {
            throw new ArgumentException($"ClassLogit expects x: [N, {Classes}], an output per class, but got {x.Shape}.", nameof(x));
        }

        if (x.Shape.N != labels.Count)
        {
            throw new ArgumentException(
                $"ClassLogit needs a label per row, but x is {x.Shape} and SetLabels was given {labels.Count} labels. Set the " +
                "labels of this batch first.",
                nameof(x));
        }

        hadBackward = false;
        return y = Picked(x, ref reusedY);
    }

    /// <summary>dx[n, labels[n]] = dy[n], and 0 elsewhere.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, new Shape(labels.Count, Classes), dy);
        Span<float> to = dx.Span;
        to.Clear();
        for (int n = 0; n < labels.Count; n++)
        {
            to[(n * Classes) + labels[n]] = dy.Span[n];
        }

        return dx;
    }

    /// <summary>ddy[n] = ddx[n, labels[n]].</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, new Shape(labels.Count, Classes), ddx);
        return Picked(ddx, ref reusedDdy);
    }

    private Tensor Picked(Tensor source, ref Tensor? reused)
    {
        Tensor picked = Result(ref reused, new Shape(labels.Count, 1), source);
        ReadOnlySpan<float> from = source.Span;
        Span<float> to = picked.Span;
        for (int n = 0; n < labels.Count; n++)
        {
            to[n] = from[(n * Classes) + labels[n]];
        }

        return picked;
    }
}
