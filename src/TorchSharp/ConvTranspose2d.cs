using MiniGan.Convolution;

namespace MiniGan.TorchSharp;

/// <summary>A drop-in for <c>torch.nn.ConvTranspose2d</c> of TorchSharp whose arithmetic is this library's.</summary>
/// <param name="in_channels">Channels of x.</param>
/// <param name="out_channels">Channels of y.</param>
/// <param name="kernel_size">Size of the kernel.</param>
/// <param name="stride">Stride; 1 unless given.</param>
/// <param name="padding">What is cut from both sides of y; 0 unless given.</param>
/// <param name="output_padding">What is added at y's bottom and right; 0 unless given.</param>
/// <param name="dilation">Pixels from tap to tap; 1 unless given.</param>
/// <param name="padding_mode">Only zeros.</param>
/// <param name="groups">Groups of channels.</param>
/// <param name="bias">Whether to add a learnable bias per output channel.</param>
/// <remarks>
/// TorchSharp 0.107's own module takes the height's output padding for the width as well: with (0, 2) its images are 13 wide instead of 15.
/// This one takes both, as PyTorch's does, and as TorchSharp's <c>torch.nn.functional.conv_transpose2d</c>.
/// </remarks>
public sealed class ConvTranspose2d(
    long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
    (long, long)? output_padding = null,
    (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true)
    : CustomConvolution(nameof(ConvTranspose2d), new Modules.ConvTranspose2D(
        Arguments.Int(in_channels), Arguments.Int(out_channels),
        Arguments.Window(kernel_size, stride, padding, dilation, output_padding, padding_mode, groups), bias))
{
    private readonly Dictionary<Size2D, Modules.ConvTranspose2D> layers = [];

    /// <summary>The same sizes both ways.</summary>
    /// <param name="in_channels">Channels of x.</param>
    /// <param name="out_channels">Channels of y.</param>
    /// <param name="kernel_size">Size of the kernel.</param>
    /// <param name="stride">Stride.</param>
    /// <param name="padding">What is cut from all sides of y.</param>
    /// <param name="output_padding">What is added at y's bottom and right.</param>
    /// <param name="dilation">Pixels from tap to tap.</param>
    /// <param name="padding_mode">Only zeros.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="bias">Whether to add a learnable bias per output channel.</param>
    public ConvTranspose2d(
        long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
        long output_padding = 0, long dilation = 1,
        PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true)
        : this(
            in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding),
            (output_padding, output_padding), (dilation, dilation),
            padding_mode, groups, bias)
    {
    }

    /// <summary>y of a wanted size: of the sizes that a convolution with this kernel shrinks to x's, the one to go back to.</summary>
    /// <param name="input">x: [N, in, h, w] or [in, h, w], float32.</param>
    /// <param name="output_size">
    /// [H, W] of y, or y's whole shape; null for the size that <c>output_padding</c> gives. Replaces <c>output_padding</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The shape of x does not fit, or there is no such y: each side may exceed the smallest by less than the stride.
    /// </exception>
    public TorchTensor forward(TorchTensor input, long[]? output_size)
    {
        CheckInput(input);
        return Apply(output_size is null ? Layer : LayerFor(input, output_size), input);
    }

    private Modules.ConvTranspose2D LayerFor(TorchTensor input, long[] size)
    {
        if (size.Length != 2 && size.Length != input.dim())
        {
            throw new ArgumentException(
                $"output_size must be [H, W] or the whole shape of y, {input.dim()} numbers, but has {size.Length}.", nameof(size));
        }

        ConvolutionWindow window = Layer.Window;
        var smallest = ConvolutionGeometry.ForMap(
            window.WithOutputPadding(0), Layer.InputChannels, Layer.OutputChannels, Arguments.Int(input.shape[^2]),
            Arguments.Int(input.shape[^1]));
        (long rows, long columns) = (size[^2] - smallest.Rows.Image, size[^1] - smallest.Columns.Image);
        if (rows < 0 || rows >= window.Stride.Height || columns < 0 || columns >= window.Stride.Width)
        {
            throw new ArgumentException(
                $"output_size {size[^2]}×{size[^1]}: for this x the smallest is {smallest.Rows.Image}×{smallest.Columns.Image}, and each " +
                "side may be larger by less than the stride, "
                + $"{window.Stride}.", nameof(size));
        }

        var padding = new Size2D((int)rows, (int)columns);
        if (!layers.TryGetValue(padding, out Modules.ConvTranspose2D? layer))
        {
            layers[padding] = layer = new Modules.ConvTranspose2D(
                Layer.InputChannels, Layer.OutputChannels, window.WithOutputPadding(padding), Layer.Bias is not null);
        }

        return layer;
    }
}
