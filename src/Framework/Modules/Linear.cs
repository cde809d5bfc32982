using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A fully connected layer, y = x · Wᵀ + b: the convolution of a 1×1 image with a 1×1 kernel, and computed as such.</summary>
/// <remarks>x: [N, in] → y: [N, out]; weight: [out, in] and bias: [out], as in PyTorch's <c>Linear</c>.</remarks>
/// <example>
/// <code>
/// var layer = new Linear(inputFeatures: 64, outputFeatures: 10);
/// Tensor y = layer.Forward(new Tensor(new Shape(8, 64))); // [8, 10]
/// </code>
/// </example>
public sealed class Linear : WeightedModule
{
    private readonly ConvolutionOperator matrix;
    private readonly ChannelSums sums;
    private Tensor? x, y, dy, reusedY, reusedDx, reusedDdy;

    /// <summary>Makes a layer with PyTorch's default weights; see <see cref="Initializers.Default"/>.</summary>
    /// <param name="inputFeatures">Values in a row of x, at least 1.</param>
    /// <param name="outputFeatures">Values in a row of y, at least 1.</param>
    /// <param name="bias">Whether to add a learnable bias per output feature.</param>
    /// <exception cref="ArgumentException">A number of features is less than 1.</exception>
    public Linear(int inputFeatures, int outputFeatures, bool bias = true)
        : base(WeightShape(inputFeatures, outputFeatures), outputFeatures, bias)
    {
        matrix = new ConvolutionOperator(ConvolutionGeometry.ForImage(new ConvolutionWindow(1), inputFeatures, outputFeatures, 1, 1));
        sums = new ChannelSums(outputFeatures);
    }

    /// <inheritdoc/>
    internal override bool ForgetsResults => true;

    /// <summary>y = x · Wᵀ + b.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 2 || x.Shape.C != Weight.Value.Shape.C)
        {
            throw new ArgumentException(
                $"Linear expects x: [N, {Weight.Value.Shape.C}], but got {x.Shape}. Put a Flatten before it if x is an image.", nameof(x));
        }

        (this.x, dy) = (x, null);
        y = Result(ref reusedY, new Shape(x.Shape.N, Weight.Value.Shape.N), x);
        matrix.Apply(image: x.AsPositions(), Weight.Value.AsPositions(), Bias?.Value, map: y.AsPositions());
        return y;
    }

    /// <summary>dx = dy · W, dW += dyᵀ · x, db += Σ dy.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        this.dy = dy;
        if ((wanted & Gradients.Parameters) != 0)
        {
            matrix.AccumulateWeightGradient(image: x!.AsPositions(), map: dy.AsPositions(), Weight.Gradient.AsPositions());
            if (Bias is not null)
            {
                sums.AccumulateSum(dy, Bias.Gradient);
            }
        }

        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, x!.Shape, dy);
        matrix.ApplyTransposed(map: dy.AsPositions(), Weight.Value.AsPositions(), bias: null, image: dx.AsPositions());
        return dx;
    }

    /// <summary>ddy = ddx · Wᵀ, dW += dyᵀ · ddx.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(dy, x?.Shape, ddx);
        matrix.AccumulateWeightGradient(image: ddx.AsPositions(), map: dy.AsPositions(), Weight.Gradient.AsPositions());
        Tensor ddy = Result(ref reusedDdy, dy.Shape, ddx);
        matrix.Apply(image: ddx.AsPositions(), Weight.Value.AsPositions(), bias: null, map: ddy.AsPositions());
        return ddy;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Linear({Weight.Value.Shape.C} → {Weight.Value.Shape.N}{(Bias is null ? ", no bias" : "")})";

    private static Shape WeightShape(int inputFeatures, int outputFeatures) => inputFeatures >= 1 && outputFeatures >= 1
        ? new Shape(outputFeatures, inputFeatures)
        : throw new ArgumentException($"A Linear has at least 1 input and 1 output feature, but got {inputFeatures} and {outputFeatures}.");
}
