using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ) over the channels of each position, so that they are positive and their sum is 1: with J = diag(y) − y · yᵀ.
/// </summary>
/// <remarks>x, y: [N, F] or [N, C, H, W]. PyTorch's <c>Softmax(dim=1)</c>.</remarks>
public sealed class Softmax : SmoothModule
{
    private readonly Action<int> applyChunk, backwardChunk, curvatureChunk;

    private Tensor? x, y, dy, ddx, result;
    private ChannelChunks chunks;

    /// <summary>Makes the module.</summary>
    public Softmax()
    {
        applyChunk = chunk =>
        {
            for (int p = chunks.First(chunk); p < chunks.End(chunk); p++)
            {
                SoftmaxRow.Apply(At(x!, p), At(result!, p));
            }
        };
        backwardChunk = chunk =>
        {
            for (int p = chunks.First(chunk); p < chunks.End(chunk); p++)
            {
                SoftmaxRow.Backward(At(y!, p), At(dy!, p), At(result!, p));
            }
        };
        curvatureChunk = chunk =>
        {
            for (int p = chunks.First(chunk); p < chunks.End(chunk); p++)
            {
                Span<float> curvature = At(result!, p);
                curvature.Clear();
                SoftmaxRow.AddCurvature(At(y!, p), At(dy!, p), At(ddx!, p), curvature);
                SoftmaxRow.Backward(At(y!, p), curvature, curvature);
            }
        };
    }

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) => x.Rank is 2 or 4
        ? x
        : throw new ArgumentException($"Softmax expects x: [N, F] or [N, C, H, W], but got {x}.", nameof(x));

    /// <inheritdoc/>
    protected override void Compute(Tensor x, Tensor y)
    {
        (this.x, result) = (x, y);
        Run(applyChunk);
    }

    /// <summary>dx = y ∘ (dy − ⟨y, dy⟩), position by position.</summary>
    /// <inheritdoc/>
    protected override void Differentiate(Tensor x, Tensor y, Tensor dy, Tensor? dx, bool parameters)
    {
        if (dx is not null)
        {
            (this.y, this.dy, result) = (y, dy, dx);
            Run(backwardChunk);
        }
    }

    /// <summary>ddy = y ∘ (ddx − ⟨y, ddx⟩); ∂P/∂x = y ∘ (w − ⟨y, w⟩) with w = ddx ∘ dy − ⟨y, ddx⟩ · dy − ⟨y, dy⟩ · ddx.</summary>
    /// <inheritdoc/>
    protected override void DifferentiateTwice(Tensor x, Tensor y, Tensor dy, Tensor ddx, Tensor ddy, Tensor? curvature)
    {
        Differentiate(x, y, ddx, ddy, parameters: false);
        (this.dy, this.ddx, result) = (dy, ddx, curvature);
        Run(curvatureChunk);
    }

    private static Span<float> At(Tensor tensor, int position) => tensor.Span.Slice(position * tensor.Shape.C, tensor.Shape.C);

    private void Run(Action<int> runChunk)
    {
        chunks = ChannelChunks.Of(result!);
        Parallelism.For(chunks.Count, runChunk);
    }
}
