using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A 2-D transposed convolution, y = Cᵀ · x + b: <see cref="Conv2D"/> with the roles of image and map swapped.</summary>
/// <remarks>
/// x: [N, in, h, w] → y: [N, out, H, W]; weight: [in, out / groups, kh, kw] and bias: [out], as in PyTorch's <c>ConvTranspose2d</c>.
/// </remarks>
/// <example>
/// <code>
/// var layer = new ConvTranspose2D(inputChannels: 16, outputChannels: 3, kernel: 4, stride: 2, padding: 1);
/// Tensor image = layer.Forward(new Tensor(new Shape(8, 16, 16, 16))); // [8, 3, 32, 32]
/// </code>
/// </example>
public sealed class ConvTranspose2D : ConvolutionModule
{
    private Tensor? x, y, dy, reusedY, reusedDx, reusedDdy;

    /// <summary>Makes a layer with PyTorch's default weights; see <see cref="Initializers.Default"/>.</summary>
    /// <param name="inputChannels">Channels of x.</param>
    /// <param name="outputChannels">Channels of y.</param>
    /// <param name="kernel">Size of the kernel.</param>
    /// <param name="stride">Pixels of y from one step of the kernel to the next; 1 unless given.</param>
    /// <param name="padding">What is cut from y: valid unless given.</param>
    /// <param name="dilation">Pixels of y from one tap to the next; 1 unless given.</param>
    /// <param name="outputPadding">Rows and columns added at y's bottom and right; 0 unless given, and only with explicit padding.</param>
    /// <param name="groups">The channels of both sides are split into this many groups that do not see each other.</param>
    /// <param name="bias">Whether to add a learnable bias per output channel.</param>
    /// <exception cref="ArgumentException">The channels are no multiples of the groups, or a size is out of its range.</exception>
    public ConvTranspose2D(
        int inputChannels, int outputChannels, Size2D kernel, Size2D? stride = null, Padding padding = default, Size2D? dilation = null,
        Size2D? outputPadding = null, int groups = 1, bool bias = true)
        : this(inputChannels, outputChannels, new ConvolutionWindow(kernel, stride, padding, dilation, outputPadding, groups), bias)
    {
    }

    /// <summary>Makes a layer with PyTorch's default weights from a window.</summary>
    /// <param name="inputChannels">Channels of x.</param>
    /// <param name="outputChannels">Channels of y.</param>
    /// <param name="window">How the kernel moves.</param>
    /// <param name="bias">Whether to add a learnable bias per output channel.</param>
    /// <exception cref="ArgumentException">The channels are no multiples of the groups.</exception>
    public ConvTranspose2D(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias = true)
        : base(inputChannels, outputChannels, window, bias, transposed: true)
    {
    }

    /// <inheritdoc/>
    public override int OutputAxis => 1;

    /// <inheritdoc/>
    public override ConvolutionGeometry GeometryFor(int height, int width) =>
        ConvolutionGeometry.ForMap(Window, InputChannels, OutputChannels, height, width);

    /// <summary>y = Cᵀ · x + b.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ConvolutionOperator matrix = OperatorFor(x);
        (this.x, dy) = (x, null);
        y = Result(ref reusedY, matrix.Geometry.ImageShape(x.Shape.N), x);
        matrix.ApplyTransposed(map: x, Weight.Value, Bias?.Value, image: y);
        return y;
    }

    /// <summary>dx = C · dy, dW += x ⊗ dy, db += Σ dy.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        this.dy = dy;
        ConvolutionOperator matrix = OperatorFor(x!);
        if ((wanted & Gradients.Parameters) != 0)
        {
            matrix.AccumulateWeightGradient(image: dy, map: x!, Weight.Gradient);
            AccumulateBiasGradient(dy);
        }

        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, x!.Shape, dy);
        matrix.Apply(image: dy, Weight.Value, bias: null, map: dx);
        return dx;
    }

    /// <summary>ddy = Cᵀ · ddx, dW += ddx ⊗ dy: the three products of the operator again, with x in the place of its gradient.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(dy, x?.Shape, ddx);
        ConvolutionOperator matrix = OperatorFor(x!);
        matrix.AccumulateWeightGradient(image: dy, map: ddx, Weight.Gradient);
        Tensor ddy = Result(ref reusedDdy, dy.Shape, ddx);
        matrix.ApplyTransposed(map: ddx, Weight.Value, bias: null, image: ddy);
        return ddy;
    }

    private protected override Shape OutputShape(ConvolutionGeometry geometry, int batch) => geometry.ImageShape(batch);
}
