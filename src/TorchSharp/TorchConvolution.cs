using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.TorchSharp;

/// <summary>
/// A module of this library whose Forward and Backward are TorchSharp's: the built-in layer under the hand-written
/// one's name, shapes and parameters.
/// </summary>
/// <remarks>
/// What TorchSharp must remember between Forward and Backward is held until the next Forward or
/// <see cref="Dispose()"/>; everything else dies at once.
/// </remarks>
public abstract class TorchConvolution : Module, IDisposable
{
    private torch.Tensor? x, weight, bias, y;
    private Shape outputShape;

    private protected TorchConvolution(int inputChannels, Shape weight, int? bias, ConvolutionWindow window)
    {
        TorchRuntime.Load();
        InputChannels = inputChannels;
        Window = window;
        Weight = new Parameter("weight", weight);
        Bias = bias is int channels ? new Parameter("bias", new Shape(channels)) : null;
        Parameters = Bias is null ? [Weight] : [Weight, Bias];
    }

    /// <summary>Channels of x.</summary>
    public int InputChannels { get; }

    /// <summary>How the kernel moves.</summary>
    public ConvolutionWindow Window { get; }

    /// <summary>The kernel.</summary>
    public Parameter Weight { get; }

    /// <summary>A learnable bias per output channel; null if the layer has none.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>y by TorchSharp's operation; always a fresh tensor.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 4 || x.Shape.C != InputChannels)
        {
            throw new ArgumentException($"{GetType().Name} expects x: [N, {InputChannels}, H, W], but got {x.Shape}.", nameof(x));
        }

        Forget();
        using var scope = torch.NewDisposeScope();
        this.x = Remember(x.ToTorch().requires_grad_());
        weight = Remember(Weight.Value.ToTorch().requires_grad_());
        bias = Bias is null ? null : Remember(Bias.Value.ToTorch().requires_grad_());
        y = Remember(Operate(this.x, weight, bias, x.Shape.H, x.Shape.W));
        Tensor result = y.ToMiniGan();
        outputShape = result.Shape;
        return result;
    }

    /// <summary>dx, dW and db by TorchSharp's automatic differentiation.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y is null ? null : new Tensor(outputShape), dy);
        if (wanted == Gradients.None)
        {
            return NoGradient;
        }

        using var scope = torch.NewDisposeScope();
        var targets = new List<(TorchTensor Input, Parameter? Parameter)>();
        if ((wanted & Gradients.Input) != 0)
        {
            targets.Add((x!, null));
        }

        if ((wanted & Gradients.Parameters) != 0)
        {
            targets.Add((weight!, Weight));
            if (Bias is not null)
            {
                targets.Add((bias!, Bias));
            }
        }

        Tensor dx = NoGradient;
        IList<TorchTensor> gradients = torch.autograd.grad(
            [y!], [.. targets.Select(target => target.Input)], [dy.ToTorch()], retain_graph: true);
        foreach (((_, Parameter? parameter), TorchTensor gradient) in targets.Zip(gradients))
        {
            Tensor value = gradient.ToMiniGan();
            if (parameter is null)
            {
                dx = value;
                continue;
            }

            for (int i = 0; i < value.Span.Length; i++)
            {
                parameter.Gradient.Span[i] += value.Span[i];
            }
        }

        return dx;
    }

    /// <summary>Lets go of what TorchSharp remembers; the parameters stay.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what TorchSharp remembers.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
        }
    }

    /// <summary>[mapC, imageC / groups, kh, kw], with the checks that the hand-written layers make.</summary>
    private protected static Shape WeightShape(int mapChannels, int imageChannels, ConvolutionWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        return mapChannels >= 1 && imageChannels >= 1 && mapChannels % window.Groups == 0 && imageChannels % window.Groups == 0
            ? new Shape(mapChannels, imageChannels / window.Groups, window.Kernel.Height, window.Kernel.Width)
            : throw new ArgumentException(
                $"{mapChannels} and {imageChannels} channels in {window.Groups} group(s): all must be at least 1, and the channels " +
                "multiples of the groups.");
    }

    private protected abstract TorchTensor Operate(TorchTensor x, TorchTensor weight, TorchTensor? bias, int height, int width);

    private static TorchTensor Remember(TorchTensor tensor) => tensor.DetachFromDisposeScope();

    private void Forget()
    {
        foreach (TorchTensor? tensor in (TorchTensor?[])[y, x, weight, bias])
        {
            tensor?.Dispose();
        }

        (x, weight, bias, y) = (null, null, null, null);
    }
}
