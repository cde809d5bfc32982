using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Comparison;

/// <summary>A configuration that a built-in layer refuses, and so must the custom one, with an <see cref="ArgumentException"/>.</summary>
/// <param name="Name">What tells the case from others.</param>
/// <param name="IsTransposed">Whether the layer is a transposed convolution.</param>
/// <param name="Window">Makes the window; may itself refuse.</param>
/// <param name="X">The shape of x.</param>
/// <param name="Weight">The shape of the weights.</param>
/// <param name="Bias">The shape of the bias, or null for none.</param>
/// <param name="Reason">What the built-in layer said.</param>
public sealed record RejectedCase(
    string Name, bool IsTransposed, Func<ConvolutionWindow> Window, Shape X, Shape Weight, Shape? Bias, string Reason)
{
    /// <summary>Tries it.</summary>
    /// <returns>What the custom layer said, or null if it did not refuse.</returns>
    public string? Refusal()
    {
        try
        {
            ConvolutionModule layer = LayerFactory.Create(IsTransposed, Window(), Weight, Bias is not null);
            if (Bias is Shape bias)
            {
                layer.Bias!.Value.CopyFromRowMajor(new float[bias.Count]);
            }

            layer.OutputShape(X); // Forward refuses nothing else, and would compute
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }
}
