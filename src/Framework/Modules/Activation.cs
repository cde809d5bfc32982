using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A function of each element by itself whose derivative follows from its result. Takes any shape.</summary>
public abstract class Activation : Module
{
    private const int FloatsPerChunk = 16384;

    private readonly Action<int> forwardChunk, backwardChunk;

    private Tensor? x, y, dy, dx, reusedY, reusedDx;
    private bool hadBackward;

    /// <summary>Makes the activation.</summary>
    protected Activation()
    {
        forwardChunk = chunk => Apply(Chunk(x!, chunk), Chunk(y!, chunk));
        backwardChunk = chunk => ApplyBackward(Chunk(y!, chunk), Chunk(dy!, chunk), Chunk(dx!, chunk));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        (this.x, hadBackward) = (x, false);
        y = Result(ref reusedY, x.Shape, x);
        Parallelism.For(ChunksOf(x), forwardChunk);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        return (wanted & Gradients.Input) == 0 ? NoGradient : MultiplyByDerivative(dy, ref reusedDx);
    }

    /// <summary>
    /// f′(x) · a, element by element, at the last Forward. The derivative of a piecewise linear f does not depend on x, so
    /// that this is its DoubleBackward, too.
    /// </summary>
    /// <param name="a">dy, or ddx.</param>
    /// <param name="reused">The module's tensor for this result.</param>
    protected Tensor MultiplyByDerivative(Tensor a, ref Tensor? reused)
    {
        dy = a;
        dx = Result(ref reused, y!.Shape, a);
        Parallelism.For(ChunksOf(a), backwardChunk);
        return dx;
    }

    /// <summary>Checks what DoubleBackward was given.</summary>
    /// <param name="ddx">∂P/∂dx.</param>
    protected void CheckDoubleBackward(Tensor ddx) => CheckDoubleBackward(hadBackward ? y : null, y?.Shape, ddx);

    /// <summary>y = f(x), element by element; overwrites y. Called by several threads at once, for elements of their own.</summary>
    /// <param name="x">Some elements of x.</param>
    /// <param name="y">The same elements of y.</param>
    protected abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>
    /// dx = f′(x) · dy, element by element, with f′ from y = f(x); overwrites dx. Called by several threads at once,
    /// for elements of their own.
    /// </summary>
    /// <param name="y">Some elements of y.</param>
    /// <param name="dy">The same elements of dy.</param>
    /// <param name="dx">The same elements of dx.</param>
    protected abstract void ApplyBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx);

    private static int ChunksOf(Tensor tensor) => (tensor.Shape.Count + FloatsPerChunk - 1) / FloatsPerChunk;

    private static Span<float> Chunk(Tensor tensor, int chunk)
    {
        int start = chunk * FloatsPerChunk;
        return tensor.Span.Slice(start, Math.Min(FloatsPerChunk, tensor.Shape.Count - start));
    }
}
