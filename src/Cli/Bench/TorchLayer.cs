using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MiniGan.Cli.Bench;

/// <summary>A convolution of <see cref="LayerBench"/> by TorchSharp's function.</summary>
internal sealed class TorchLayer : IDisposable
{
    private static readonly long[] Stride = [2, 2], Padding = [1, 1];

    private readonly TorchTensor x, dy, weight;
    private readonly Func<TorchTensor> function;

    /// <summary>Copies the operands of a layer with a stride of 2 and a padding of 1.</summary>
    /// <exception cref="PlatformNotSupportedException">TorchSharp cannot be loaded.</exception>
    public TorchLayer(ConvolutionModule layer, Tensor x, Tensor dy)
    {
        BenchEngine.Prepare();
        (this.x, this.dy, weight) = (x.ToTorch().requires_grad_(), dy.ToTorch(), layer.Weight.Value.ToTorch().requires_grad_());
        function = layer is Conv2D
            ? () => torch.nn.functional.conv2d(this.x, weight, null, Stride, Padding)
            : () => torch.nn.functional.conv_transpose2d(this.x, weight, null, Stride, Padding);
    }

    /// <summary>y.</summary>
    public void Forward()
    {
        using var scope = torch.NewDisposeScope();
        function();
    }

    /// <summary>y, dx and dW.</summary>
    public void Both()
    {
        using var scope = torch.NewDisposeScope();
        torch.autograd.grad([function()], [x, weight], [dy]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        x.Dispose();
        dy.Dispose();
        weight.Dispose();
    }
}
