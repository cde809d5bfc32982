using MiniGan.Convolution;

namespace MiniGan.Tests.Convolution;

public sealed class ConvolutionGeometryTests
{
    [Theory]
    [InlineData(4, 3, 1, 1, 2, 0)] // valid
    [InlineData(7, 3, 2, 1, 3, 0)]
    [InlineData(8, 3, 2, 1, 3, 0)]
    [InlineData(9, 3, 2, 3, 2, 0)]
    public void Valid_convolution(int image, int kernel, int stride, int dilation, int map, int before) =>
        AssertAxis(
            ConvolutionGeometry.ForImage(new ConvolutionWindow(kernel, stride, Padding.Valid, dilation), 1, 1, image, image).Rows,
            image, map, before);

    [Theory]
    [InlineData(4, 3, 1, 1, 4, 1)]
    [InlineData(4, 2, 1, 1, 4, 0)] // one zero: below
    [InlineData(6, 3, 2, 1, 3, 0)] // one zero: below
    [InlineData(7, 3, 2, 1, 4, 1)]
    [InlineData(28, 5, 2, 1, 14, 1)] // three zeros: one above, two below
    [InlineData(5, 3, 1, 2, 5, 2)]
    [InlineData(7, 1, 3, 1, 3, 0)]
    public void Same_convolution(int image, int kernel, int stride, int dilation, int map, int before) =>
        AssertAxis(
            ConvolutionGeometry.ForImage(new ConvolutionWindow(kernel, stride, Padding.Same, dilation), 1, 1, image, image).Rows,
            image, map, before);

    [Theory]
    [InlineData(2, 3, 1, 1, 4, 0)]
    [InlineData(3, 3, 2, 1, 7, 0)]
    [InlineData(3, 1, 2, 1, 6, 0)] // stride beyond the kernel: filled up to it
    [InlineData(3, 2, 2, 3, 8, 0)]
    public void Valid_transpose(int map, int kernel, int stride, int dilation, int image, int before) =>
        AssertAxis(
            ConvolutionGeometry.ForMap(new ConvolutionWindow(kernel, stride, Padding.Valid, dilation), 1, 1, map, map).Rows,
            image, map, before);

    [Theory]
    [InlineData(7, 5, 2, 1, 14, 1)]
    [InlineData(7, 5, 1, 1, 7, 2)]
    [InlineData(4, 4, 2, 1, 8, 1)]
    [InlineData(4, 3, 2, 1, 8, 0)]
    [InlineData(3, 1, 2, 1, 6, 0)]
    public void Same_transpose(int map, int kernel, int stride, int dilation, int image, int before) =>
        AssertAxis(
            ConvolutionGeometry.ForMap(new ConvolutionWindow(kernel, stride, Padding.Same, dilation), 1, 1, map, map).Rows,
            image, map, before);

    [Fact]
    public void Explicit_padding_and_output_padding()
    {
        var image = ConvolutionGeometry.ForImage(new ConvolutionWindow((3, 4), (2, 3), Padding.Explicit(1, 2, 0, 5)), 2, 3, 8, 9);
        AssertAxis(image.Rows, 8, 4, 1); // (8 + 1 + 0 − 3) / 2 + 1
        AssertAxis(image.Columns, 9, 5, 2); // (9 + 2 + 5 − 4) / 3 + 1
        var map = ConvolutionGeometry.ForMap(new ConvolutionWindow((3, 4), (2, 3), Padding.Explicit(1, 2, 0, 5), 1, (1, 2)), 3, 2, 4, 5);
        AssertAxis(map.Rows, 9, 4, 1); // 3·2 + 3 − 1 − 0 + 1
        AssertAxis(map.Columns, 11, 5, 2); // 4·3 + 4 − 2 − 5 + 2
    }

    [Fact]
    public void PixelAt_and_StepAt_are_inverse()
    {
        ConvolutionAxis axis = ConvolutionGeometry.ForImage(
            new ConvolutionWindow(3, 2, Padding.Explicit(2, 2, 1, 1), 3), 1, 1, 11, 11).Rows;
        for (int tap = 0; tap < axis.Kernel; tap++)
        {
            int[] pixels = [.. Enumerable.Range(0, axis.Map).Select(step => axis.PixelAt(step, tap))];
            for (int pixel = 0; pixel < axis.Image; pixel++)
            {
                Assert.Equal(Array.IndexOf(pixels, pixel), axis.StepAt(pixel, tap));
            }
        }
    }

    [Theory]
    [InlineData(0, 1, 1, 0, 0, 1)] // kernel
    [InlineData(-2, 1, 1, 0, 0, 1)]
    [InlineData(3, 0, 1, 0, 0, 1)] // stride
    [InlineData(3, 1, 0, 0, 0, 1)] // dilation
    [InlineData(3, 1, 1, -1, 0, 1)] // padding
    [InlineData(3, 2, 1, 0, 2, 1)] // output padding
    [InlineData(3, 2, 1, 0, -1, 1)]
    [InlineData(3, 1, 1, 0, 0, 0)] // groups
    public void A_window_out_of_range_is_refused(int kernel, int stride, int dilation, int padding, int outputPadding, int groups) =>
        Assert.Throws<ArgumentException>(() => new ConvolutionWindow(kernel, stride, padding, dilation, outputPadding, groups));

    [Fact]
    public void Output_padding_needs_explicit_padding() =>
        Assert.Throws<ArgumentException>(() => new ConvolutionWindow(3, 2, Padding.Same, 1, 1));

    [Fact]
    public void A_window_that_does_not_fit_is_refused_with_the_sizes()
    {
        var window = new ConvolutionWindow(3, 1, 0, 2);
        string message = Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(window, 1, 1, 9, 4)).Message;
        Assert.Contains("width spans 5", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForMap(new ConvolutionWindow(2, 1, 2), 1, 1, 3, 2));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(window, 1, 1, 0, 9));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForMap(window, 1, 1, 9, -1));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(1, groups: 2), 3, 2, 9, 9));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(1, groups: 2), 2, 3, 9, 9));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(1), 0, 3, 9, 9));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(3, 2, 1, 1, 1), 1, 1, 9, 9));
        Assert.Throws<ArgumentNullException>(() => ConvolutionGeometry.ForImage(null!, 1, 1, 9, 9));
        Assert.Throws<ArgumentNullException>(() => ConvolutionGeometry.ForMap(null!, 1, 1, 9, 9));
    }

    [Fact]
    public void Sizes_beyond_an_array_are_refused()
    {
        Assert.Throws<ArgumentException>(() =>
            ConvolutionGeometry.ForMap(new ConvolutionWindow(1, int.MaxValue, Padding.Same), 1, 1, 3, 3));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(1, 1, int.MaxValue), 1, 1, 3, 3));
    }

    [Fact]
    public void Products_of_sizes_beyond_a_tensor_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(1), 1, 1, 65536, 65536));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(1), 1 << 20, 1, 64, 64));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(1), 1, 1 << 20, 64, 64));
        Assert.Throws<ArgumentException>(() => ConvolutionGeometry.ForImage(new ConvolutionWindow(300, 1, Padding.Same), 1, 1, 300, 300));
        Assert.Throws<ArgumentException>(() =>
            ConvolutionGeometry.ForImage(new ConvolutionWindow(5, 1, Padding.Same, int.MaxValue), 1, 1, 9, 9));
        Assert.Throws<ArgumentException>(() =>
            ConvolutionGeometry.ForMap(new ConvolutionWindow(5, 1, Padding.Same, int.MaxValue), 1, 1, 9, 9));
    }

    private static void AssertAxis(ConvolutionAxis axis, int image, int map, int before) =>
        Assert.Equal((image, map, before), (axis.Image, axis.Map, axis.Before));
}
