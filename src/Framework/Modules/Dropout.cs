using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// In training y = x · m, where each m is 0 with the given probability and 1 / (1 − probability) otherwise, so that the expectation is x;
/// in inference y = x (Srivastava et al. 2014, in the inverted form that every framework uses).
/// </summary>
public sealed class Dropout : Module
{
    private Tensor? y, mask, reusedY, reusedMask, reusedDx, reusedDdy;
    private bool hadBackward;

    /// <summary>Makes the module.</summary>
    /// <param name="probability">Of an element to be dropped, in [0, 1).</param>
    /// <param name="random">
    /// Where the masks come from; the module's own. A stream of <see cref="RandomSource.Default"/> unless given.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    public Dropout(double probability, RandomSource? random = null)
    {
        if (!(probability is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability must be at least 0 and less than 1.");
        }

        Probability = probability;
        Random = random ?? new RandomSource(RandomSource.Default.NextUInt64(), "dropout");
    }

    /// <summary>Of an element to be dropped.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public override RandomSource Random { get; }

    /// <summary>y = x · m in training, y = x in inference. Takes any shape.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        hadBackward = false;
        y = Result(ref reusedY, x.Shape, x);
        if (!IsTraining)
        {
            mask = null;
            x.Span.CopyTo(y.Span);
            return y;
        }

        mask = Result(ref reusedMask, x.Shape, x);
        float keep = (float)(1 / (1 - Probability));
        ulong threshold = (ulong)(Probability * (1UL << 32));
        foreach (ref float m in mask.Span)
        {
            m = Random.NextUInt64() >> 32 < threshold ? 0 : keep;
        }

        TensorPrimitives.Multiply(x.Span, mask.Span, y.Span);
        return y;
    }

    /// <summary>dx = dy · m, with the mask of the last Forward.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        return MultiplyByMask(dy, ref reusedDx);
    }

    /// <summary>ddy = ddx · m.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, y?.Shape, ddx);
        return MultiplyByMask(ddx, ref reusedDdy);
    }

    private Tensor MultiplyByMask(Tensor a, ref Tensor? reused)
    {
        Tensor result = Result(ref reused, a.Shape, a);
        if (mask is null)
        {
            a.Span.CopyTo(result.Span);
        }
        else
        {
            TensorPrimitives.Multiply(a.Span, mask.Span, result.Span);
        }

        return result;
    }
}
