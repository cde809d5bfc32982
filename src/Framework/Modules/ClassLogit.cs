using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Picks, of K logits per row, the one of the row's label, which makes a discriminator conditional (Mescheder, Geiger and Nowozin 2018,
/// "Which training methods for GANs do actually converge?", appendix on the architectures).
/// </summary>
/// <remarks>x: [N, K] → y: [N, 1], with y[n] = x[n, labels[n]]: PyTorch's <c>x.gather(1, labels[:, None])</c>.</remarks>
public sealed class ClassLogit : LinearMap, IClassConditional
{
    private readonly ClassLabels labels;

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
        Forget();
    }

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x)
    {
        if (x.Rank != 2 || x.C != Classes)
        {
            throw new ArgumentException($"ClassLogit expects x: [N, {Classes}], an output per class, but got {x}.", nameof(x));
        }

        return x.N == labels.Count
            ? new Shape(x.N, 1)
            : throw new ArgumentException(
                $"ClassLogit needs a label per row, but x is {x} and SetLabels was given {labels.Count} labels. Set the " +
                "labels of this batch first.",
                nameof(x));
    }

    /// <inheritdoc/>
    protected override void Apply(Tensor x, Tensor y, int item) => y.Span[item] = x.Span[(item * Classes) + labels[item]];

    /// <inheritdoc/>
    protected override void ApplyTransposed(Tensor dy, Tensor dx, int item)
    {
        Span<float> row = dx.Span.Slice(item * Classes, Classes);
        row.Clear();
        row[labels[item]] = dy.Span[item];
    }
}
