namespace MiniGan.TorchSharp;

/// <summary>A drop-in for <c>torch.nn.Conv2d</c> of TorchSharp whose arithmetic is this library's.</summary>
/// <param name="in_channels">Channels of x.</param>
/// <param name="out_channels">Channels of y.</param>
/// <param name="kernel_size">Size of the kernel.</param>
/// <param name="stride">Stride; 1 unless given.</param>
/// <param name="padding">Zeros on both sides; 0 unless given.</param>
/// <param name="dilation">Pixels from tap to tap; 1 unless given.</param>
/// <param name="padding_mode">Only zeros.</param>
/// <param name="groups">Groups of channels.</param>
/// <param name="bias">Whether to add a learnable bias per output channel.</param>
public sealed class Conv2d(
    long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null,
    (long, long)? padding = null, (long, long)? dilation = null,
    PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true)
    : CustomConvolution(nameof(Conv2d), new Modules.Conv2D(
        Arguments.Int(in_channels), Arguments.Int(out_channels),
        Arguments.Window(kernel_size, stride, padding, dilation, null, padding_mode, groups), bias))
{
    /// <summary>The same sizes both ways.</summary>
    /// <param name="in_channels">Channels of x.</param>
    /// <param name="out_channels">Channels of y.</param>
    /// <param name="kernel_size">Size of the kernel.</param>
    /// <param name="stride">Stride.</param>
    /// <param name="padding">Zeros on all sides.</param>
    /// <param name="dilation">Pixels from tap to tap.</param>
    /// <param name="padding_mode">Only zeros.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="bias">Whether to add a learnable bias per output channel.</param>
    public Conv2d(
        long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
        PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true)
        : this(
            in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding),
            (dilation, dilation), padding_mode, groups, bias)
    {
    }
}
