using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A function of each element by itself whose derivative can be told from its result. Takes any shape.</summary>
public abstract class Activation : Module
{
    private const int FloatsPerChunk = 16384;

    private Tensor? y, reusedY, reusedDx;

    private protected Activation()
    {
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor y = this.y = Result(ref reusedY, x.Shape, x);
        ForChunks(y.Shape.Count, (start, length) => Apply(x.Span.Slice(start, length), y.Span.Slice(start, length)));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(this.y, dy);
        if (!wanted.HasFlag(Gradients.Input))
        {
            return NoGradient;
        }

        Tensor y = this.y, dx = Result(ref reusedDx, y.Shape, dy);
        ForChunks(y.Shape.Count, (start, length) =>
            ApplyBackward(y.Span.Slice(start, length), dy.Span.Slice(start, length), dx.Span.Slice(start, length)));
        return dx;
    }

    /// <summary>y = f(x), element by element; overwrites y.</summary>
    private protected abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>dx = f′(x) · dy, element by element, with f′ told from y = f(x); overwrites dx.</summary>
    private protected abstract void ApplyBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx);

    private static void ForChunks(int count, Action<int, int> body) => Parallelism.For((count + FloatsPerChunk - 1) / FloatsPerChunk, chunk =>
    {
        int start = chunk * FloatsPerChunk;
        body(start, Math.Min(FloatsPerChunk, count - start));
    });
}
