using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// In training y = x · m, where each m is 0 with the given probability and 1 / (1 − probability) otherwise, so that the expectation is x;
/// in inference y = x. Subclasses say what shares an m.
/// </summary>
public abstract class DropoutModule : Module
{
    private Tensor? y, mask, reusedY, reusedMask, reusedDx, reusedDdy;
    private bool hadBackward;

    /// <summary>Makes the module.</summary>
    /// <param name="probability">Of an m to be 0, in [0, 1).</param>
    /// <param name="random">
    /// Where the masks come from; the module's own. A stream of <see cref="RandomSource.Default"/> unless given.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    protected DropoutModule(double probability, RandomSource? random)
    {
        if (!(probability is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability must be at least 0 and less than 1.");
        }

        Probability = probability;
        Random = random ?? new RandomSource(RandomSource.Default.NextUInt64(), "dropout");
    }

    /// <summary>Of an m to be 0.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public sealed override RandomSource Random { get; }

    /// <summary>y = x · m in training, y = x in inference.</summary>
    /// <inheritdoc/>
    public sealed override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape shape = MaskShape(x.Shape);
        hadBackward = false;
        y = Result(ref reusedY, x.Shape, x);
        if (!IsTraining)
        {
            mask = null;
            x.Span.CopyTo(y.Span);
            return y;
        }

        mask = Result(ref reusedMask, shape, x);
        Draw(mask);
        MultiplyByMask(x, y);
        return y;
    }

    /// <summary>The mask of the next x, from the module's stream: of x's shape, or [N, C] where the pixels of a map share one.</summary>
    internal Tensor NextMask(Shape x)
    {
        var next = new Tensor(MaskShape(x));
        Draw(next);
        return next;
    }

    private void Draw(Tensor mask)
    {
        float keep = (float)(1 / (1 - Probability));
        ulong threshold = (ulong)(Probability * (1UL << 32));
        foreach (ref float m in mask.Span)
        {
            m = Random.NextUInt64() >> 32 < threshold ? 0 : keep;
        }
    }

    /// <summary>dx = dy · m, with the mask of the last Forward.</summary>
    /// <inheritdoc/>
    public sealed override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, dy.Shape, dy);
        MultiplyByMask(dy, dx);
        return dx;
    }

    /// <summary>ddy = ddx · m.</summary>
    /// <inheritdoc/>
    public sealed override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, y?.Shape, ddx);
        Tensor ddy = Result(ref reusedDdy, ddx.Shape, ddx);
        MultiplyByMask(ddx, ddy);
        return ddy;
    }

    /// <summary>The shape of m: that of x, or [N, C], which the positions of an image share.</summary>
    /// <param name="x">The shape of x.</param>
    /// <exception cref="ArgumentException">It is none that the module takes; the message says which it takes.</exception>
    protected abstract Shape MaskShape(Shape x);

    private void MultiplyByMask(Tensor a, Tensor result)
    {
        if (mask is null)
        {
            a.Span.CopyTo(result.Span);
            return;
        }

        int channels = a.Shape.C, positions = a.Shape.H * a.Shape.W;
        if (mask.Shape == a.Shape)
        {
            TensorPrimitives.Multiply(a.Span, mask.Span, result.Span);
            return;
        }

        for (int n = 0; n < a.Shape.N; n++)
        {
            Span<float> from = a.Image(n), to = result.Image(n), m = mask.Span.Slice(n * channels, channels);
            for (int p = 0; p < positions; p++)
            {
                TensorPrimitives.Multiply(from.Slice(p * channels, channels), m, to.Slice(p * channels, channels));
            }
        }
    }
}
