namespace MiniGan.Convolution;

/// <summary>
/// What a layer knows before it sees an image: how the kernel moves. Together with the image's size it makes a
/// <see cref="ConvolutionGeometry"/>. Immutable and checked when it is made.
/// </summary>
public sealed record ConvolutionWindow
{
    /// <summary>Makes a window.</summary>
    /// <param name="kernel">Size of the kernel, at least 1×1.</param>
    /// <param name="stride">Pixels of the image from one step of the kernel to the next, at least 1; 1 unless given.</param>
    /// <param name="padding">Zeros around the image; valid unless given.</param>
    /// <param name="dilation">Pixels of the image from one tap of the kernel to the next, at least 1; 1 unless given.</param>
    /// <param name="outputPadding">
    /// Rows and columns added at the bottom and right of a transposed convolution's output, to choose among the image sizes that shrink to
    /// the same map; 0 unless given. Only with explicit padding; smaller than the stride or the dilation.
    /// </param>
    /// <param name="groups">The channels of both sides are split into this many groups that do not see each other; 1 unless given.</param>
    /// <exception cref="ArgumentException">One of them is out of its range.</exception>
    public ConvolutionWindow(
        Size2D kernel, Size2D? stride = null, Padding padding = default, Size2D? dilation = null,
        Size2D? outputPadding = null, int groups = 1)
    {
        Kernel = kernel;
        Stride = stride ?? 1;
        Padding = padding;
        Dilation = dilation ?? 1;
        OutputPadding = outputPadding ?? 0;
        Groups = groups;

        RequireAtLeast(1, Kernel, "kernel");
        RequireAtLeast(1, Stride, "stride");
        RequireAtLeast(1, Dilation, "dilation");
        RequireAtLeast(0, OutputPadding, "output padding");
        RequireAtLeast(0, new Size2D(padding.Top, padding.Left), "padding (top, left)");
        RequireAtLeast(0, new Size2D(padding.Bottom, padding.Right), "padding (bottom, right)");
        if (groups < 1)
        {
            throw new ArgumentException($"There must be at least 1 group, but groups is {groups}.", nameof(groups));
        }

        if (OutputPadding != default(Size2D) && padding.Kind != PaddingKind.Explicit)
        {
            throw new ArgumentException(
                $"Output padding goes with explicit padding: '{padding}' settles the output's size by itself. Leave it 0, or give " +
                "the padding as numbers.",
                nameof(outputPadding));
        }

        if (OutputPadding.Height >= Math.Max(Stride.Height, Dilation.Height) ||
            OutputPadding.Width >= Math.Max(Stride.Width, Dilation.Width))
        {
            throw new ArgumentException(
                $"The output padding must be smaller than the stride or the dilation, but {OutputPadding} is not with stride {Stride} " +
                $"and dilation {Dilation}.",
                nameof(outputPadding));
        }
    }

    /// <summary>Size of the kernel.</summary>
    public Size2D Kernel { get; }

    /// <summary>Pixels of the image from one step of the kernel to the next.</summary>
    public Size2D Stride { get; }

    /// <summary>Zeros around the image.</summary>
    public Padding Padding { get; }

    /// <summary>Pixels of the image from one tap of the kernel to the next.</summary>
    public Size2D Dilation { get; }

    /// <summary>Rows and columns added at the bottom and right of a transposed convolution's output.</summary>
    public Size2D OutputPadding { get; }

    /// <summary>Groups that the channels of both sides are split into.</summary>
    public int Groups { get; }

    /// <summary>The same window with another output padding.</summary>
    /// <param name="outputPadding">Rows and columns added at the bottom and right of a transposed convolution's output.</param>
    /// <exception cref="ArgumentException">It is out of its range.</exception>
    public ConvolutionWindow WithOutputPadding(Size2D outputPadding) => new(Kernel, Stride, Padding, Dilation, outputPadding, Groups);

    /// <summary>The settings in a line: <c>kernel 4×4, stride 2×2, padding [1, 1, 1, 1]</c>, and what is not at its default.</summary>
    public override string ToString() =>
        $"kernel {Kernel}, stride {Stride}, padding {Padding}" + (Dilation == 1 ? "" : $", dilation {Dilation}") +
        (OutputPadding == 0 ? "" : $", output padding {OutputPadding}")
        + (Groups == 1 ? "" : $", groups {Groups}");

    private static void RequireAtLeast(int minimum, Size2D size, string name)
    {
        if (size.Height < minimum || size.Width < minimum)
        {
            throw new ArgumentException(
                $"The {name} must be at least {minimum} both ways, but is {size.Height}×{size.Width} (height × width).");
        }
    }
}
