using MiniGan.Modules;
using ComponentNameAttribute = global::TorchSharp.Utils.ComponentNameAttribute;
using TorchParameter = global::TorchSharp.Modules.Parameter;

namespace MiniGan.TorchSharp;

/// <summary>
/// A TorchSharp module whose forward and backward are a hand-written layer's. Parameters and <c>state_dict</c> keys are those of the
/// built-in one: <c>weight</c> and <c>bias</c>.
/// </summary>
public abstract class CustomConvolution : torch.nn.Module<TorchTensor, TorchTensor>
{

    [ComponentName(Name = nameof(weight))]
    private TorchParameter? kernel;

    [ComponentName(Name = nameof(bias))]
    private TorchParameter? offset;

    private protected CustomConvolution(string name, ConvolutionModule layer)
        : base(Loaded(name))
    {
        Layer = layer;

        // As nn.Conv2d: weights uniform in ±1 / √(fan in), which is Kaiming's with a = √5, and the bias as well.
        using var scope = torch.NewDisposeScope();
        Tensors.Shape shape = layer.Weight.Value.Shape;
        double bound = 1 / Math.Sqrt((double)shape.C * shape.H * shape.W);
        TorchParameter Uniform(params long[] size) => torch.nn.Parameter((torch.rand(size) * (2 * bound)) - bound);
        weight = Uniform(shape.N, shape.C, shape.H, shape.W);
        bias = layer.Bias is null ? null : Uniform(layer.OutputChannels);
    }

    /// <summary>The hand-written layer; its weights are overwritten with this module's whenever it runs.</summary>
    private protected ConvolutionModule Layer { get; }

    /// <summary>The kernel. TorchSharp sets it anew when the module moves to another type or device.</summary>
    public TorchParameter weight
    {
        get => kernel!;
        set => Replace(ref kernel, value, nameof(weight));
    }

    /// <summary>A learnable bias per output channel; null if the layer has none.</summary>
    public TorchParameter? bias
    {
        get => offset;
        set => Replace(ref offset, value, nameof(bias));
    }

    /// <summary>y by the hand-written layer, computed on the CPU in float32; TorchSharp can differentiate it once.</summary>
    /// <param name="input">x: [N, in, H, W] or, a single image, [in, H, W]; float32.</param>
    /// <returns>y, of as many dimensions and on the same device as x.</returns>
    /// <exception cref="ArgumentException">The shape or the type of x does not fit.</exception>
    public override TorchTensor forward(TorchTensor input) => Apply(Layer, input);

    /// <summary>y by a layer that has this one's weights.</summary>
    private protected TorchTensor Apply(ConvolutionModule layer, TorchTensor input)
    {
        CheckInput(input);
        if (input.dim() == 3)
        {
            using TorchTensor batch = input.unsqueeze(0), result = Apply(layer, batch);
            return result.squeeze(0);
        }

        // Here, since an exception in the function itself would leave its node behind.
        layer.GeometryFor(checked((int)input.shape[2]), checked((int)input.shape[3]));
        return bias is null
            ? ConvolutionFunction.apply(layer, input, weight)
            : ConvolutionFunction.apply(layer, input, weight, bias);
    }

    /// <summary>Requires x to be float32 of [N, in, H, W] or [in, H, W].</summary>
    private protected void CheckInput(TorchTensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dtype != torch.ScalarType.Float32 || weight.dtype != torch.ScalarType.Float32)
        {
            throw new ArgumentException(
                $"{GetName()} computes in float32, but x is {input.dtype} and the weights are {weight.dtype}. Convert " +
                "both by .to(torch.float32).",
                nameof(input));
        }

        if (input.dim() is not (3 or 4) || input.shape[^3] != Layer.InputChannels)
        {
            throw new ArgumentException(
                $"{GetName()} expects x: [N, {Layer.InputChannels}, H, W] or [{Layer.InputChannels}, H, W], but got " +
                $"[{string.Join(", ", input.shape)}].",
                nameof(input));
        }
    }

    /// <summary>Libtorch is loaded in our way before the first member of TorchSharp would load it in its own.</summary>
    private static string Loaded(string name)
    {
        TorchRuntime.Load();
        return name;
    }

    private void Replace(ref TorchParameter? field, TorchParameter? value, string name)
    {
        if (value?.Handle != field?.Handle)
        {
            field?.Dispose();
            field = value?.DetachFromDisposeScope() as TorchParameter;
            ConditionallyRegisterParameter(name, field);
        }
    }
}
