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
            new ConvolutionWindow(3, 2, 2, 3), 1, 1, 12, 12).Rows; // from 2 before the image to just behind it
        for (int tap = 0; tap < axis.Kernel; tap++)
        {
            int[] pixels = [.. Enumerable.Range(0, axis.Map).Select(step => axis.PixelAt(step, tap))];
            Assert.All(pixels, pixel => Assert.InRange(pixel, -1, axis.Image - 1));
            for (int pixel = 0; pixel < axis.Image; pixel++)
            {
                Assert.Equal(Array.IndexOf(pixels, pixel), axis.StepAt(pixel, tap));
            }
        }
    }

    private static void AssertAxis(ConvolutionAxis axis, int image, int map, int before) =>
        Assert.Equal((image, map, before), (axis.Image, axis.Map, axis.Before));
}
