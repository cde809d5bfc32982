using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A 2-D convolution, y = C · x + b (cross-correlation, as everywhere in deep learning).</summary>
/// <remarks>
/// x: [N, in, H, W] → y: [N, out, h, w]; weight: [out, in / groups, kh, kw] and bias: [out], as in PyTorch's <c>Conv2d</c>.
/// </remarks>
/// <example>
/// <code>
/// var layer = new Conv2D(inputChannels: 3, outputChannels: 16, kernel: 4, stride: 2, padding: 1);
/// Tensor map = layer.Forward(new Tensor(new Shape(8, 3, 32, 32))); // [8, 16, 16, 16]
/// </code>
/// </example>
public sealed class Conv2D : ConvolutionModule
{
    private Tensor? x, y, dy, reusedY, reusedDx, reusedDdy;

    /// <summary>Makes a layer with PyTorch's default weights; see <see cref="Initializers.Default"/>.</summary>
    /// <param name="inputChannels">Channels of x.</param>
    /// <param name="outputChannels">Channels of y.</param>
    /// <param name="kernel">Size of the kernel.</param>
    /// <param name="stride">Pixels of x from one step of the kernel to the next; 1 unless given.</param>
    /// <param name="padding">Zeros around x: valid unless given.</param>
    /// <param name="dilation">Pixels of x from one tap to the next; 1 unless given.</param>
    /// <param name="groups">The channels of both sides are split into this many groups that do not see each other.</param>
    /// <param name="bias">Whether to add a learnable bias per output channel.</param>
    /// <exception cref="ArgumentException">The channels are no multiples of the groups, or a size is not positive.</exception>
    public Conv2D(
        int inputChannels, int outputChannels, Size2D kernel, Size2D? stride = null, Padding padding = default, Size2D? dilation = null,
        int groups = 1, bool bias = true)
        : this(inputChannels, outputChannels, new ConvolutionWindow(kernel, stride, padding, dilation, groups: groups), bias)
    {
    }

    /// <summary>Makes a layer with PyTorch's default weights from a window.</summary>
    /// <param name="inputChannels">Channels of x.</param>
    /// <param name="outputChannels">Channels of y.</param>
    /// <param name="window">How the kernel moves; without output padding.</param>
    /// <param name="bias">Whether to add a learnable bias per output channel.</param>
    /// <exception cref="ArgumentException">The channels are no multiples of the groups.</exception>
    public Conv2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias = true)
        : base(inputChannels, outputChannels, window, bias, transposed: false)
    {
    }

    /// <inheritdoc/>
    public override ConvolutionGeometry GeometryFor(int height, int width) =>
        ConvolutionGeometry.ForImage(Window, InputChannels, OutputChannels, height, width);

    /// <summary>y = C · x + b.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ConvolutionOperator matrix = OperatorFor(x);
        (this.x, dy) = (x, null);
        y = Result(ref reusedY, matrix.Geometry.MapShape(x.Shape.N), x);
        matrix.Apply(image: x, Weight.Value, Bias?.Value, map: y);
        return y;
    }

    /// <summary>dx = Cᵀ · dy, dW += dy ⊗ x, db += Σ dy.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        this.dy = dy;
        ConvolutionOperator matrix = OperatorFor(x!);
        if ((wanted & Gradients.Parameters) != 0)
        {
            matrix.AccumulateWeightGradient(image: x!, map: dy, Weight.Gradient);
            AccumulateBiasGradient(dy);
        }

        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, x!.Shape, dy);
        matrix.ApplyTransposed(map: dy, Weight.Value, bias: null, image: dx);
        return dx;
    }

    /// <summary>ddy = C · ddx, dW += dy ⊗ ddx: the three products of the operator again, with x in the place of its gradient.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(dy, x?.Shape, ddx);
        ConvolutionOperator matrix = OperatorFor(x!);
        matrix.AccumulateWeightGradient(image: ddx, map: dy, Weight.Gradient);
        Tensor ddy = Result(ref reusedDdy, dy.Shape, ddx);
        matrix.Apply(image: ddx, Weight.Value, bias: null, map: ddy);
        return ddy;
    }

    private protected override Shape OutputShape(ConvolutionGeometry geometry, int batch) => geometry.MapShape(batch);
}
