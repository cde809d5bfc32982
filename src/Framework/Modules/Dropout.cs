using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// In training y = x · m, where each m is 0 with the given probability and 1 / (1 − probability) otherwise, so that the expectation is x;
/// in inference y = x (Srivastava et al. 2014, in the inverted form that every framework uses). Takes any shape.
/// </summary>
public sealed class Dropout : DropoutModule
{
    /// <summary>Makes the module.</summary>
    /// <param name="probability">Of an element to be dropped, in [0, 1).</param>
    /// <param name="random">
    /// Where the masks come from; the module's own. A stream of <see cref="RandomSource.Default"/> unless given.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    public Dropout(double probability, RandomSource? random = null)
        : base(probability, random)
    {
    }

    /// <inheritdoc/>
    protected override Shape MaskShape(Shape x) => x;
}
