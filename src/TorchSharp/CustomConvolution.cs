using MiniGan.Modules;
using ComponentNameAttribute = global::TorchSharp.Utils.ComponentNameAttribute;
using TorchParameter = global::TorchSharp.Modules.Parameter;

namespace MiniGan.TorchSharp;

/// <summary>
/// A TorchSharp module whose forward and backward are a hand-written layer's. Parameters and <c>state_dict</c> keys are those of the built-in one: <c>weight</c>
/// and <c>bias</c>.
/// </summary>
public abstract class CustomConvolution : torch.nn.Module<TorchTensor, TorchTensor>
{
    private readonly ConvolutionModule layer;

#pragma warning disable IDE0044 // Not readonly: TorchSharp's Module.to() replaces them by reflection.
    [ComponentName(Name = nameof(weight))]
    private TorchParameter kernel;

    [ComponentName(Name = nameof(bias))]
    private TorchParameter? offset;
#pragma warning restore IDE0044

    private protected CustomConvolution(string name, ConvolutionModule layer)
        : base(name)
    {
        this.layer = layer;

        // As nn.Conv2d: weights uniform in ±1 / √(fan in), which is Kaiming's with a = √5, and the bias as well.
        using var scope = torch.NewDisposeScope();
        Tensors.Shape shape = layer.Weight.Value.Shape;
        double bound = 1 / Math.Sqrt((double)shape.C * shape.H * shape.W);
        TorchParameter Uniform(params long[] size) => torch.nn.Parameter((torch.rand(size) * (2 * bound)) - bound);
        kernel = Uniform(shape.N, shape.C, shape.H, shape.W);
        offset = layer.Bias is null ? null : Uniform(layer.OutputChannels);
        kernel.DetachFromDisposeScope();
        offset?.DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>The kernel.</summary>
    public TorchParameter weight => kernel;

    /// <summary>A value an output channel; null if the layer has none.</summary>
    public TorchParameter? bias => offset;

    /// <summary>y by the hand-written layer, on the CPU in float32; TorchSharp can differentiate it once.</summary>
    /// <param name="input">x: [N, in, H, W].</param>
    public override TorchTensor forward(TorchTensor input) => bias is null
        ? ConvolutionFunction.apply(layer, input, weight)
        : ConvolutionFunction.apply(layer, input, weight, bias);
}
