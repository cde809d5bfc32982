using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// What <see cref="Conv2D"/> and <see cref="ConvTranspose2D"/> have in common: a window, weights, and the operator C of
/// the last input's size.
/// </summary>
public abstract class ConvolutionModule : WeightedModule
{
    private readonly ChannelSums sums;
    private ConvolutionOperator? matrix;
    private Size2D inputSize;

    /// <summary>Makes a layer with PyTorch's default weights.</summary>
    /// <param name="inputChannels">Channels of x.</param>
    /// <param name="outputChannels">Channels of y.</param>
    /// <param name="window">How the kernel moves.</param>
    /// <param name="bias">Whether to add a learnable bias per output channel.</param>
    /// <param name="transposed">Whether x is the map and y the image, or the other way round.</param>
    /// <exception cref="ArgumentException">The channels are no multiples of the groups.</exception>
    protected ConvolutionModule(int inputChannels, int outputChannels, ConvolutionWindow window, bool bias, bool transposed)
        : base(WeightShape(inputChannels, outputChannels, window, transposed), outputChannels, bias)
    {
        InputChannels = inputChannels;
        OutputChannels = outputChannels;
        Window = window;
        sums = new ChannelSums(outputChannels);
    }

    /// <summary>Channels of x.</summary>
    public int InputChannels { get; }

    /// <summary>Channels of y.</summary>
    public int OutputChannels { get; }

    /// <summary>How the kernel moves.</summary>
    public ConvolutionWindow Window { get; }

    /// <summary>The geometry that an input of this height and width has.</summary>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public abstract ConvolutionGeometry GeometryFor(int height, int width);

    /// <inheritdoc/>
    internal override bool ForgetsResults => true;

    /// <summary>The shape of y for an x of this shape, told without computing anything.</summary>
    /// <param name="x">The shape of x: [N, in, H, W].</param>
    /// <exception cref="ArgumentException">
    /// x has another rank or other channels, the window does not fit, or y would be more than a tensor can hold.
    /// </exception>
    public Shape OutputShape(Shape x)
    {
        CheckInput(x);
        return OutputShape(GeometryFor(x.H, x.W), x.N);
    }

    /// <summary>The shape of y.</summary>
    private protected abstract Shape OutputShape(ConvolutionGeometry geometry, int batch);

    /// <summary>C for inputs of x's height and width; made anew only when the size changes.</summary>
    /// <param name="x">x: [N, in, H, W].</param>
    /// <exception cref="ArgumentException">The shape of x does not fit.</exception>
    protected ConvolutionOperator OperatorFor(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        CheckInput(x.Shape);
        var size = new Size2D(x.Shape.H, x.Shape.W);
        if (matrix is null || size != inputSize)
        {
            matrix = new ConvolutionOperator(GeometryFor(size.Height, size.Width));
            inputSize = size;
        }

        return matrix;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name}({InputChannels} → {OutputChannels}, {Window})";

    /// <summary>db[c] += Σ over batch and pixels of dy[·, c, ·, ·], if there is a bias.</summary>
    /// <param name="dy">dy: [N, out, H, W].</param>
    protected void AccumulateBiasGradient(Tensor dy)
    {
        if (Bias is not null)
        {
            sums.AccumulateSum(dy, Bias.Gradient);
        }
    }

    /// <summary>[mapC, imageC / groups, kh, kw]: the output of a convolution is the map, that of a transposed one the image.</summary>
    private static Shape WeightShape(int inputChannels, int outputChannels, ConvolutionWindow window, bool transposed)
    {
        ArgumentNullException.ThrowIfNull(window);
        int groups = window.Groups;
        if (inputChannels < 1 || outputChannels < 1 || inputChannels % groups != 0 || outputChannels % groups != 0)
        {
            throw new ArgumentException(
                $"{inputChannels} input and {outputChannels} output channels in {groups} group(s): all must be at least 1, and the " +
                "channels multiples of the groups.");
        }

        (int map, int image) = transposed ? (inputChannels, outputChannels) : (outputChannels, inputChannels);
        return new Shape(map, image / groups, window.Kernel.Height, window.Kernel.Width);
    }

    /// <summary>Requires images of <see cref="InputChannels"/>.</summary>
    /// <exception cref="ArgumentException">x has another rank or other channels.</exception>
    internal void CheckInput(Shape x)
    {
        if (x.Rank != 4 || x.C != InputChannels)
        {
            throw new ArgumentException(
                $"{GetType().Name} expects x: [N, {InputChannels}, H, W], but got {x}. Its {InputChannels} input channels " +
                "were set when it was made.",
                nameof(x));
        }
    }
}
