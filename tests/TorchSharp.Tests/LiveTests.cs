using MiniGan.Convolution;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using static TorchSharp.torch;
using Padding = MiniGan.Convolution.Padding;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Live;

/// <summary>Against TorchSharp itself. One class, so that its tensors can be counted: the counts are a thread's.</summary>
public sealed class LiveTests
{
    public LiveTests() => TorchRuntime.Load();

    [LiveFact]
    public void Gradients_of_the_built_in_modules_accumulate_and_are_only_what_is_wanted()
    {
        using var layer = new TorchConv2D(1, 1, new ConvolutionWindow(1));
        layer.Weight.Value.Span.Fill(3);
        var x = new Tensor(new Shape(1, 1, 1, 2));
        x.Span.Fill(2);
        Tensor y = layer.Forward(x);
        Assert.Equal([3, 3], layer.Backward(x, MiniGan.Modules.Gradients.Input).ToRowMajor().Select(value => value / 2));
        Assert.Equal(0, layer.Weight.Gradient[0]);
        layer.Backward(x, MiniGan.Modules.Gradients.Parameters);
        layer.Backward(x);
        Assert.Equal((16f, 8f), (layer.Weight.Gradient[0], layer.Bias!.Gradient[0]));
        Assert.Equal(new Shape(0), layer.Backward(y, MiniGan.Modules.Gradients.None).Shape);
    }

    [LiveTheory]
    [InlineData(2, 3, 1, 4)] // the crop is larger than what the kernel reaches
    [InlineData(0, 1, 2, 3)]
    [InlineData(1, 2, 3, 2)]
    public void Lopsided_padding_with_output_padding_agrees(int top, int outputPadding, int kernel, int stride)
    {
        var window = new ConvolutionWindow(
            kernel, stride, Padding.Explicit(top, 0, 0, 1), outputPadding: Math.Min(outputPadding, stride - 1));
        using var builtIn = new TorchConvTranspose2D(2, 3, window);
        var custom = new MiniGan.Modules.ConvTranspose2D(2, 3, window);
        new RandomSource(1, "w").FillNormal(custom.Weight.Value.Span);
        custom.Weight.Value.Span.CopyTo(builtIn.Weight.Value.Span);
        custom.Bias!.Value.Span.CopyTo(builtIn.Bias!.Value.Span);
        var x = new Tensor(new Shape(2, 2, 1, 3));
        new RandomSource(1, "x").FillNormal(x.Span);
        float[] expected = builtIn.Forward(x).ToRowMajor(), actual = custom.Forward(x).ToRowMajor();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [LiveFact]
    public void Nothing_leaks()
    {
        var window = new ConvolutionWindow(4, 2, 1);
        long before = Alive();
        using (var layer = new TorchConv2D(1, 3, window))
        {
            for (int step = 0; step < 10; step++)
            {
                layer.Backward(layer.Forward(new Tensor(new Shape(2, 1, 8, 8))));
            }
        }

        Assert.Equal(before, Alive());
    }

    [LiveFact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new TorchConvTranspose2D(4, 3, new ConvolutionWindow(1, groups: 2), bias: false));
        Assert.Throws<ArgumentNullException>(() => new TorchConv2D(4, 3, null!));
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ones(2, dtype: ScalarType.Float64).ToMiniGan());
        using var layer = new TorchConv2D(1, 1, new ConvolutionWindow(3));
        Assert.Throws<InvalidOperationException>(() => layer.Backward(new Tensor(new Shape(1))));
        Assert.Throws<ArgumentException>(() => layer.Forward(new Tensor(new Shape(1, 2, 5, 5))));
    }

    private static long Alive() => global::TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
