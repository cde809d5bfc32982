using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.TorchSharp;

/// <summary>A hand-written layer as a function that TorchSharp can differentiate.</summary>
internal sealed class ConvolutionFunction : torch.autograd.SingleTensorFunction<ConvolutionFunction>
{
    private const string LayerKey = "layer";

    public override string Name => nameof(ConvolutionFunction);

    /// <summary>y of (layer, x, weight, bias or null).</summary>
    public override TorchTensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var layer = (ConvolutionModule)vars[0];
        var x = (TorchTensor)vars[1];
        List<TorchTensor> operands = [x, .. vars.Skip(2).OfType<TorchTensor>()];
        Load(layer, operands);
        ctx.save_for_backward(operands);
        ctx.save_data(LayerKey, layer);
        return layer.Forward(x.ToMiniGan()).ToTorch();
    }

    /// <summary>The gradients in the order of forward's arguments; none for the layer itself.</summary>
    public override List<TorchTensor> backward(torch.autograd.AutogradContext ctx, TorchTensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var layer = (ConvolutionModule)ctx.get_data(LayerKey);
        List<TorchTensor> operands = ctx.get_saved_variables();

        // The layer may have seen another input since: it remembers but one, the graph many.
        Load(layer, operands);
        layer.Forward(operands[0].ToMiniGan());
        layer.ZeroGradients();
        Tensor dx = layer.Backward(grad_output.ToMiniGan());
        return
        [
            null!, dx.ToTorch().MoveToOuterDisposeScope(), layer.Weight.Gradient.ToTorch().MoveToOuterDisposeScope(),
            layer.Bias?.Gradient.ToTorch().MoveToOuterDisposeScope()!,
        ];
    }

    private static void Load(ConvolutionModule layer, List<TorchTensor> operands)
    {
        operands[1].ToMiniGan().Span.CopyTo(layer.Weight.Value.Span);
        if (layer.Bias is not null)
        {
            operands[2].ToMiniGan().Span.CopyTo(layer.Bias.Value.Span);
        }
    }
}
