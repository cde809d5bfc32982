using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Tests.Convolution;

/// <summary>What is out of range is refused with its name and numbers, each side alone, and the last that is in range is not.</summary>
public sealed class ConvolutionRangeTests
{
    [Fact]
    public void A_window_is_refused_for_either_of_its_sides()
    {
        Says("The kernel must be at least 1 both ways, but is 0×3", () => new ConvolutionWindow((0, 3)));
        Says("The kernel must be at least 1 both ways, but is 3×0", () => new ConvolutionWindow((3, 0)));
        Says("The stride must be at least 1 both ways, but is 1×0", () => new ConvolutionWindow(3, (1, 0)));
        Says("The dilation must be at least 1 both ways, but is 0×1", () => new ConvolutionWindow(3, dilation: (0, 1)));
        Says("The output padding must be at least 0 both ways, but is 0×-1", () => new ConvolutionWindow(3, 2, 1, 1, (0, -1)));
        Says("The padding (top, left) must be at least 0 both ways, but is -1×0", () => Padded(-1, 0, 0, 0));
        Says("The padding (top, left) must be at least 0 both ways, but is 0×-2", () => Padded(0, -2, 0, 0));
        Says("The padding (bottom, right) must be at least 0 both ways, but is -3×0", () => Padded(0, 0, -3, 0));
        Says("The padding (bottom, right) must be at least 0 both ways, but is 0×-4", () => Padded(0, 0, 0, -4));
        Says("at least 1 group, but groups is 0", () => new ConvolutionWindow(3, groups: 0));
        Says("'same' settles the output's size by itself", () => new ConvolutionWindow(3, 2, Padding.Same, 1, (1, 0)));
        Says("'valid' settles the output's size by itself", () => new ConvolutionWindow(3, 2, Padding.Valid, 1, (0, 1)));
        Says("but 2×0 is not with stride 2×3 and dilation 1×1", () => new ConvolutionWindow(3, (2, 3), 1, 1, (2, 0)));
        Says("but 0×3 is not with stride 2×3 and dilation 1×1", () => new ConvolutionWindow(3, (2, 3), 1, 1, (0, 3)));
        Assert.Equal((1, 2), new ConvolutionWindow(3, (2, 3), 1, 1, (1, 2)).OutputPadding);
        Assert.Equal((2, 1), new ConvolutionWindow(3, 1, 1, (3, 2), (2, 1)).OutputPadding); // the dilation allows it
    }

    [Fact]
    public void Sizes_below_1_are_refused()
    {
        var window = new ConvolutionWindow(1, groups: 2);
        Says("The height of the image is 0; it must be at least 1", () => ConvolutionGeometry.ForImage(window, 2, 2, 0, 1));
        Says("The width of the map is -1; it must be at least 1", () => ConvolutionGeometry.ForMap(window, 2, 2, 1, -1));
        Says("The image has 3 channels in 2 group(s)", () => ConvolutionGeometry.ForImage(window, 3, 2, 1, 1));
        Says("The image has 0 channels", () => ConvolutionGeometry.ForImage(window, 0, 2, 1, 1));
        Says("The map has -2 channels", () => ConvolutionGeometry.ForMap(window, -2, 2, 1, 1));
        Says("Output padding 1×0 belongs to", () => ConvolutionGeometry.ForImage(new ConvolutionWindow(3, 2, 1, 1, (1, 0)), 1, 1, 9, 9));
        Says(
            "spans 7 pixels (4 taps, dilation 2) but the padded image has 6 (3 + 1 + 2)",
            () => ConvolutionGeometry.ForImage(new ConvolutionWindow(4, 1, Padding.Explicit(1, 1, 2, 2), 2), 1, 1, 3, 9));
        Says(
            "output's width would be 0: 1 pixels reach 2, less padding 1 + 2, plus output padding 1",
            () => ConvolutionGeometry.ForMap(new ConvolutionWindow(2, 2, Padding.Explicit(0, 1, 0, 2), 1, (0, 1)), 1, 1, 1, 1));
        Assert.Throws<ArgumentNullException>("window", () => ConvolutionGeometry.ForImage(null!, 1, 1, 9, 9));
        Assert.Throws<ArgumentNullException>("window", () => ConvolutionGeometry.ForMap(null!, 1, 1, 9, 9));
        Assert.Equal(1, ConvolutionGeometry.ForMap(new ConvolutionWindow(2, 2, 1, 1, 1), 1, 1, 1, 1).Rows.Image);
        Assert.Equal(1, ConvolutionGeometry.ForImage(new ConvolutionWindow(3, 1, 1), 1, 1, 1, 1).Rows.Map);
    }

    /// <summary>Nothing is allocated: a geometry has sizes only.</summary>
    [Fact]
    public void Each_product_of_sizes_is_refused_beyond_what_a_tensor_holds()
    {
        const int most = Shape.LargestCount;
        var one = new ConvolutionWindow(1);
        Says("The kernel would have 2500000000", () => ForImage(new ConvolutionWindow(50_000, 1, Padding.Same), 1));
        Says("The table of the map (positions × taps) would have 2520040000", () => ForImage(new ConvolutionWindow(100, 1, 300), 1));
        Says("The table of the image (positions × taps) would have 2500000000", () => ForImage(new ConvolutionWindow(100, 2, 0), 500));
        Says("The image would have 2147483648", () => ConvolutionGeometry.ForImage(one, 1 << 21, 1, 32, 32));
        Says("The map would have 2147483648", () => ConvolutionGeometry.ForImage(one, 1, 1 << 21, 32, 32));
        Says($"would have {most + 1L} elements, more than the {most}", () => ConvolutionGeometry.ForImage(one, most + 1, 1, 1, 1));
        Assert.Equal(most, ConvolutionGeometry.ForImage(one, most, 1, 1, 1).ImageChannels);
        Assert.Equal(most, ConvolutionGeometry.ForImage(one, 1, 1, 1, most).ImagePositions);
        Assert.Equal(most, ForImage(new ConvolutionWindow((most, 1), 1, Padding.Same), 1).Taps);
    }

    [Fact]
    public void Each_axis_is_refused_beyond_what_an_array_holds()
    {
        int most = Array.MaxLength;
        Says($"The height of the kernel's reach would be {most + 1L}", () => ForImage(new ConvolutionWindow(1, (most, 1)), 1));
        Says($"The width of the kernel's reach would be {most + 1L}", () => ForImage(new ConvolutionWindow((1, 2), (1, most - 1)), 2));
        Assert.Equal(1, ForImage(new ConvolutionWindow(1, most - 1), 1).MapPositions);
        Says("The height of the kernel's reach would be 8589934590", () => ForImage(new ConvolutionWindow(5, 1, 0, int.MaxValue), 9));
        Says("The height of the kernel's reach would be 8589934597", () => ForMap(new ConvolutionWindow(5, 1, 0, int.MaxValue), 9));
        Says("The height of the image would be 3000000000", () => ForMap(new ConvolutionWindow(1, 1_500_000_000, Padding.Same), 2));
        Says($"The height of the padded image would be {most + 1L}", () => ForImage(Sparse(most), 1));
        Assert.Equal((2, 1), (ForImage(Sparse(most - 1), 1).Rows.Map, ForImage(Sparse(most - 1), 1).Columns.Map));
        Says($"The height of the kernel's reach would be {most + 1L}", () => ForMap(new ConvolutionWindow(1, (most, 1)), 2));
        Says(
            $"The height of the image would be {most + 1L}",
            () => ForMap(new ConvolutionWindow(1, (most - 1, 1), Padding.Explicit(0, 0, 0, 0), 1, (1, 0)), 2));
    }

    [Fact]
    public void A_window_is_told_in_a_line_with_what_is_not_at_its_default()
    {
        Assert.Equal("kernel 4×4, stride 2×2, padding [1, 1, 1, 1]", new ConvolutionWindow(4, 2, 1).ToString());
        Assert.Equal(
            "kernel 3×5, stride 2×3, padding [1, 2, 3, 4], dilation 2×1, output padding 1×0, groups 2",
            new ConvolutionWindow((3, 5), (2, 3), Padding.Explicit(1, 2, 3, 4), (2, 1), groups: 2).WithOutputPadding((1, 0)).ToString());
        Assert.Equal(("valid", "same"), (Padding.Valid.ToString(), Padding.Same.ToString()));
    }

    /// <summary>A kernel of one pixel that jumps so far that it has two steps on its padding.</summary>
    private static ConvolutionWindow Sparse(int padding) => new(1, (2_000_000_000, 1), Padding.Explicit(padding, 0, 0, 0));

    private static ConvolutionWindow Padded(int top, int left, int bottom, int right) =>
        new(3, padding: Padding.Explicit(top, left, bottom, right));

    private static ConvolutionGeometry ForImage(ConvolutionWindow window, int size) =>
        ConvolutionGeometry.ForImage(window, 1, 1, size, size);

    private static ConvolutionGeometry ForMap(ConvolutionWindow window, int size) => ConvolutionGeometry.ForMap(window, 1, 1, size, size);

    private static void Says(string expected, Func<object?> act) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
}
