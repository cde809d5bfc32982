using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// Where the non-zeros of C are: the sizes of both sides of a convolution and how the kernel moves between them. Immutable, and checked
/// once when it is made, so that nothing below checks again.
/// </summary>
/// <remarks>
/// The <em>image</em> is the large side, <c>[N, ImageChannels, Rows.Image, Columns.Image]</c>, the <em>map</em> the small one,
/// <c>[N, MapChannels, Rows.Map, Columns.Map]</c>. A convolution goes from image to map, a transposed convolution from map to image; the
/// geometry does not care.
/// </remarks>
public sealed record ConvolutionGeometry
{
    private ConvolutionGeometry(ConvolutionAxis rows, ConvolutionAxis columns, int imageChannels, int mapChannels, int groups)
    {
        RequireChannels(imageChannels, "image", groups);
        RequireChannels(mapChannels, "map", groups);
        Int128 taps = (Int128)rows.Kernel * columns.Kernel;
        RequireFits("kernel", taps);
        RequireFits("table of the map (positions × taps)", (Int128)rows.Map * columns.Map * taps);
        RequireFits("table of the image (positions × taps)", (Int128)rows.Image * columns.Image * taps);
        RequireFits("image", (Int128)rows.Image * columns.Image * imageChannels);
        RequireFits("map", (Int128)rows.Map * columns.Map * mapChannels);
        Rows = rows;
        Columns = columns;
        ImageChannels = imageChannels;
        MapChannels = mapChannels;
        Groups = groups;
    }

    /// <summary>The vertical axis.</summary>
    public ConvolutionAxis Rows { get; }

    /// <summary>The horizontal axis.</summary>
    public ConvolutionAxis Columns { get; }

    /// <summary>Channels of the image.</summary>
    public int ImageChannels { get; }

    /// <summary>Channels of the map.</summary>
    public int MapChannels { get; }

    /// <summary>Groups that the channels of both sides are split into.</summary>
    public int Groups { get; }

    /// <summary>Taps of the kernel: its height times its width.</summary>
    public int Taps => Rows.Kernel * Columns.Kernel;

    /// <summary>Positions of one image: its height times its width.</summary>
    public int ImagePositions => Rows.Image * Columns.Image;

    /// <summary>Positions of one map: its height times its width.</summary>
    public int MapPositions => Rows.Map * Columns.Map;

    /// <summary>
    /// The shape of the weights: <c>[mapC, imageC / groups, kh, kw]</c>, PyTorch's for Conv2d and for ConvTranspose2d alike.
    /// </summary>
    public Shape WeightShape => new(MapChannels, ImageChannels / Groups, Rows.Kernel, Columns.Kernel);

    /// <summary>The shape of a batch of images.</summary>
    public Shape ImageShape(int batch) => new(batch, ImageChannels, Rows.Image, Columns.Image);

    /// <summary>The shape of a batch of maps.</summary>
    public Shape MapShape(int batch) => new(batch, MapChannels, Rows.Map, Columns.Map);

    /// <summary>The geometry of a convolution: the image's size is given, the map's follows.</summary>
    /// <param name="window">How the kernel moves; its output padding must be 0.</param>
    /// <param name="imageChannels">Channels of the image.</param>
    /// <param name="mapChannels">Channels of the map.</param>
    /// <param name="imageHeight">Height of the image.</param>
    /// <param name="imageWidth">Width of the image.</param>
    /// <remarks>
    /// Per axis, with e = (k − 1)·d + 1 — valid: ⌊(n − e) / s⌋ + 1; same: ⌈n / s⌉, with max((out − 1)·s + e − n, 0) zeros, half of them,
    /// rounded down, before; explicit: ⌊(n + before + after − e) / s⌋ + 1.
    /// </remarks>
    /// <exception cref="ArgumentException">A size is out of range, or the kernel does not fit into the padded image.</exception>
    public static ConvolutionGeometry ForImage(
        ConvolutionWindow window, int imageChannels, int mapChannels, int imageHeight, int imageWidth)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (window.OutputPadding != default(Size2D))
        {
            throw new ArgumentException(
                $"Output padding {window.OutputPadding} belongs to transposed convolutions; leave it 0 for a convolution.");
        }

        Padding p = window.Padding;
        return new(
            ConvolutionAxis.ForImage(
                "height", imageHeight, window.Kernel.Height, window.Stride.Height, window.Dilation.Height, p.Kind, p.Top, p.Bottom),
            ConvolutionAxis.ForImage(
                "width", imageWidth, window.Kernel.Width, window.Stride.Width, window.Dilation.Width, p.Kind, p.Left, p.Right),
            imageChannels,
            mapChannels,
            window.Groups);
    }

    /// <summary>The geometry of a transposed convolution: the map's size is given, the image's follows.</summary>
    /// <param name="window">How the kernel moves.</param>
    /// <param name="mapChannels">Channels of the map.</param>
    /// <param name="imageChannels">Channels of the image.</param>
    /// <param name="mapHeight">Height of the map.</param>
    /// <param name="mapWidth">Width of the map.</param>
    /// <remarks>
    /// Per axis, with e = (k − 1)·d + 1 — valid: (n − 1)·s + max(e, s); same: n·s, the middle of the (n − 1)·s + e pixels that the kernel
    /// reaches; explicit: (n − 1)·s + e − before − after + output padding.
    /// </remarks>
    /// <exception cref="ArgumentException">A size is out of range, or the image would be empty.</exception>
    public static ConvolutionGeometry ForMap(ConvolutionWindow window, int mapChannels, int imageChannels, int mapHeight, int mapWidth)
    {
        ArgumentNullException.ThrowIfNull(window);
        Padding p = window.Padding;
        Size2D extra = window.OutputPadding;
        return new(
            ConvolutionAxis.ForMap(
                "height", mapHeight, window.Kernel.Height, window.Stride.Height, window.Dilation.Height,
                p.Kind, p.Top, p.Bottom, extra.Height),
            ConvolutionAxis.ForMap(
                "width", mapWidth, window.Kernel.Width, window.Stride.Width, window.Dilation.Width, p.Kind, p.Left, p.Right, extra.Width),
            imageChannels,
            mapChannels,
            window.Groups);
    }

    private static void RequireFits(string what, Int128 count)
    {
        if (count > Shape.LargestCount)
        {
            throw new ArgumentException(
                $"The {what} would have {count} elements, more than the {Shape.LargestCount} that a tensor can hold.");
        }
    }

    private static void RequireChannels(int channels, string side, int groups)
    {
        if (channels < 1 || channels % groups != 0)
        {
            throw new ArgumentException(
                $"The {side} has {channels} channels in {groups} group(s); it needs at least 1 channel and a multiple of the groups.");
        }
    }
}
