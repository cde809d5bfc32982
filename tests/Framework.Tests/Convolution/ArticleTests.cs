using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Convolution;

/// <summary>Answers worked out by hand.</summary>
public sealed class ArticleTests
{
    [Fact]
    public void A_3x3_kernel_on_a_4x4_image_is_a_4x16_matrix()
    {
        var geometry = ConvolutionGeometry.ForImage(
            new ConvolutionWindow(kernel: 3), imageChannels: 1, mapChannels: 1, imageHeight: 4, imageWidth: 4);
        var weight = Tensor.FromRowMajor(geometry.WeightShape, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        float[,] matrix = new ConvolutionOperator(geometry).ToMatrix(weight); // 4×16
        float[,] expected =
        {
            { 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0 },
            { 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0 },
            { 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0 },
            { 0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9 },
        };
        Assert.Equal(expected, matrix);
    }

    [Fact]
    public void Convolving_4x4_with_3x3_gives_2x2()
    {
        var layer = new Conv2D(1, 1, 3, bias: false);
        layer.Weight.Value.CopyFromRowMajor([1, 0, 2, 0, 1, 0, 3, 0, 1]);
        Tensor y = layer.Forward(Tensor.FromRowMajor(new Shape(1, 1, 4, 4), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]));

        // 1·1 + 2·3 + 1·6 + 3·9 + 1·11 = 51; the kernel's sum is 8, so a step right adds 8 and a step down 32.
        Assert.Equal([51, 59, 83, 91], y.ToRowMajor());
    }

    [Fact]
    public void Transposing_it_takes_2x2_back_to_4x4()
    {
        var layer = new ConvTranspose2D(1, 1, 3, bias: false);
        layer.Weight.Value.CopyFromRowMajor([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Tensor y = layer.Forward(Tensor.FromRowMajor(new Shape(1, 1, 2, 2), [1, 10, 100, 1000]));

        // Each input times the kernel, laid at its place, overlaps summed.
        Assert.Equal(
            [
                1, 12, 23, 30,
                104, 1245, 2356, 3060,
                407, 4578, 5689, 6090,
                700, 7800, 8900, 9000,
            ],
            y.ToRowMajor());
    }

    [Fact]
    public void Keras_same_is_not_PyTorchs_padding_with_output_padding()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 1, 1, 3), [1, 10, 100]);
        var keras = new ConvTranspose2D(1, 1, (1, 3), (1, 2), Padding.Same, bias: false);
        var torch = new ConvTranspose2D(1, 1, (1, 3), (1, 2), Padding.Explicit(0, 1, 0, 1), outputPadding: (0, 1), bias: false);
        keras.Weight.Value.CopyFromRowMajor([1, 2, 3]);
        torch.Weight.Value.CopyFromRowMajor([1, 2, 3]);
        Assert.Equal([1, 2, 13, 20, 130, 200], keras.Forward(x).ToRowMajor());
        Assert.Equal([2, 13, 20, 130, 200, 300], torch.Forward(x).ToRowMajor());
    }

    [Fact]
    public void Channels_and_groups_meet_the_right_weights()
    {
        // Two groups: y0 = 1·x0 + 10·x1, y1 = 100·x2 + 1000·x3.
        var layer = new Conv2D(4, 2, 1, groups: 2, bias: false);
        layer.Weight.Value.CopyFromRowMajor([1, 10, 100, 1000]);
        Assert.Equal([21, 4300], layer.Forward(Tensor.FromRowMajor(new Shape(1, 4, 1, 1), [1, 2, 3, 4])).ToRowMajor());

        var transposed = new ConvTranspose2D(2, 4, 1, groups: 2, bias: false);
        transposed.Weight.Value.CopyFromRowMajor([1, 10, 100, 1000]);
        Assert.Equal([5, 50, 600, 6000], transposed.Forward(Tensor.FromRowMajor(new Shape(1, 2, 1, 1), [5, 6])).ToRowMajor());
    }
}
