using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.TorchSharp;

/// <summary>A hand-written layer as a function that TorchSharp can differentiate.</summary>
internal sealed class ConvolutionFunction : torch.autograd.SingleTensorFunction<ConvolutionFunction>
{
    private const string OperandsKey = "operands";

    public override string Name => nameof(ConvolutionFunction);

    /// <summary>y of (layer, x, weight, bias or none).</summary>
    public override TorchTensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var layer = (ConvolutionModule)vars[0];
        var x = (TorchTensor)vars[1];
        var operands = new Operands(
            layer, x.ToMiniGan(), ((TorchTensor)vars[2]).ToMiniGan(), vars.Length > 3 ? ((TorchTensor)vars[3]).ToMiniGan() : null);

        // Copies rather than TorchSharp's saved variables: those throw in backward if one was changed meanwhile, and an
        // exception there ends the process.
        ctx.save_data(OperandsKey, operands);
        return operands.Forward().ToTorch().to(x.device);
    }

    /// <summary>The gradients, at forward's operands and in their order; none for the layer itself.</summary>
    public override List<TorchTensor> backward(torch.autograd.AutogradContext ctx, TorchTensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var operands = (Operands)ctx.get_data(OperandsKey);
        ConvolutionModule layer = operands.Layer;

        // Again, since the layer remembers but its last input, and the graph may hold many.
        operands.Forward();
        layer.ZeroGradients();
        Tensor dx = layer.Backward(grad_output.ToMiniGan());
        TorchTensor Hand(Tensor gradient) => gradient.ToTorch().to(grad_output.device).MoveToOuterDisposeScope();
        return operands.Bias is null
            ? [null!, Hand(dx), Hand(layer.Weight.Gradient)]
            : [null!, Hand(dx), Hand(layer.Weight.Gradient), Hand(layer.Bias!.Gradient)];
    }

    /// <summary>What forward saw.</summary>
    private sealed record Operands(ConvolutionModule Layer, Tensor X, Tensor Weight, Tensor? Bias)
    {
        public Tensor Forward()
        {
            Weight.Span.CopyTo(Layer.Weight.Value.Span);
            Bias?.Span.CopyTo(Layer.Bias!.Value.Span);
            return Layer.Forward(X);
        }
    }
}
