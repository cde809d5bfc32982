using MiniGan.Modules;
using MiniGan.Training;

namespace MiniGan.TorchSharp;

/// <summary>TorchSharp's convolutions in networks that are otherwise this library's.</summary>
public static class BuiltInLayers
{
    /// <summary>
    /// The same networks, with the same weights, whose <see cref="Conv2D"/> and <see cref="ConvTranspose2D"/> are TorchSharp's. The other
    /// modules are those of the given networks.
    /// </summary>
    /// <param name="gan">The networks; not to be used any more.</param>
    /// <exception cref="ArgumentException">A convolution is within a module that cannot do without the hand-written one.</exception>
    public static Gan Replace(Gan gan)
    {
        ArgumentNullException.ThrowIfNull(gan);
        return new Gan(Replace(gan.Generator), Replace(gan.Discriminator), gan.LatentSize, gan.Classes, gan.ImageShape)
        {
            Labels = gan.Labels,
        };
    }

    private static Module Replace(Module module)
    {
        switch (module)
        {
            case Sequential chain:
                return new Sequential([.. chain.Select(Replace)]);
            case Conv2D layer:
                return WithWeights(new TorchConv2D(layer.InputChannels, layer.OutputChannels, layer.Window, layer.Bias is not null), layer);
            case ConvTranspose2D layer:
                return WithWeights(
                    new TorchConvTranspose2D(layer.InputChannels, layer.OutputChannels, layer.Window, layer.Bias is not null), layer);
            default:
                return module.Descendants().OfType<ConvolutionModule>().FirstOrDefault() is ConvolutionModule within
                    ? throw new ArgumentException(
                        $"{module.GetType().Name} needs the hand-written {within}: TorchSharp's cannot stand in there.", nameof(module))
                    : module;
        }
    }

    private static TorchConvolution WithWeights(TorchConvolution to, ConvolutionModule from)
    {
        foreach ((Parameter source, Parameter target) in from.Parameters.Zip(to.Parameters))
        {
            source.Value.Span.CopyTo(target.Value.Span);
        }

        return to;
    }
}
