using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Comparison;

/// <summary>What a built-in layer made of given operands: its output, and its gradients for a given dy where they were recorded.</summary>
public sealed record LayerCase
{
    /// <summary>What tells the case from others.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the layer is a transposed convolution.</summary>
    public required bool IsTransposed { get; init; }

    /// <summary>How the kernel moves; its kernel is that of the weights.</summary>
    public required ConvolutionWindow Window { get; init; }

    /// <summary>x: [N, in, H, W].</summary>
    public required Tensor X { get; init; }

    /// <summary>The weights: [out, in / groups, kh, kw], transposed [in, out / groups, kh, kw].</summary>
    public required Tensor Weight { get; init; }

    /// <summary>The bias, [out], or null.</summary>
    public Tensor? Bias { get; init; }

    /// <summary>y, as recorded.</summary>
    public required Tensor Y { get; init; }

    /// <summary>∂loss/∂y, or null where no gradients were recorded.</summary>
    public Tensor? Dy { get; init; }

    /// <summary>∂loss/∂x, as recorded.</summary>
    public Tensor? Dx { get; init; }

    /// <summary>∂loss/∂weight, as recorded.</summary>
    public Tensor? WeightGradient { get; init; }

    /// <summary>∂loss/∂bias, as recorded.</summary>
    public Tensor? BiasGradient { get; init; }

    /// <summary>
    /// Whether all operands are multiples of 1/8, so that the results are exact in float32 and must agree to the last bit.
    /// </summary>
    public required bool IsExact { get; init; }

    /// <summary>The custom layer of this case, with its weights.</summary>
    /// <exception cref="ArgumentException">There is no such layer.</exception>
    public ConvolutionModule CreateLayer()
    {
        ConvolutionModule layer = LayerFactory.Create(IsTransposed, Window, Weight.Shape, Bias is not null);
        Weight.Span.CopyTo(layer.Weight.Value.Span);
        if (Bias is not null)
        {
            layer.Bias!.Value.CopyFromRowMajor(Bias.ToRowMajor());
        }

        return layer;
    }
}
