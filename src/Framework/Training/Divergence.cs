using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>Finds where numbers ceased to be finite.</summary>
public static class Divergence
{
    /// <summary>The first state of the networks that is not finite, or null.</summary>
    /// <param name="model">The networks.</param>
    /// <returns>For example <c>generator.3.weight (BatchNorm2D)</c>.</returns>
    public static string? FirstStateOf(GanModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return FirstState("generator", model.Generator) ?? FirstState("discriminator", model.Discriminator) ?? FirstState("average_generator", model.AverageGenerator);
    }

    /// <summary>
    /// The first layer whose parameters or output are not finite, in the order of the data: G(z), then D of real images, then D(G(z)). Running statistics come last: what broke elsewhere has reached them already.
    /// </summary>
    internal static string FirstIn(GanModel model, Tensor z, Tensor real) =>
        FirstLayer("generator", model.Generator, z, out Tensor fake)
            ?? (real.IsFinite ? null : "the real images")
            ?? FirstLayer("discriminator", model.Discriminator, real, out _)
            ?? FirstLayer("discriminator", model.Discriminator, fake, out _)
            ?? FirstStateOf(model)
            ?? "the loss or its penalty, as all layers are finite";

    private static string? FirstState(string network, Sequential? modules)
    {
        for (int i = 0; i < modules?.Modules.Count; i++)
        {
            foreach (NamedTensor tensor in modules.Modules[i].State)
            {
                if (!tensor.Value.IsFinite)
                {
                    return $"{network}.{i}.{tensor.Name} ({modules.Modules[i].GetType().Name})";
                }
            }
        }

        return null;
    }

    private static string? FirstLayer(string network, Sequential modules, Tensor x, out Tensor y)
    {
        y = x;
        for (int i = 0; i < modules.Modules.Count; i++)
        {
            Module module = modules.Modules[i];
            foreach (Parameter parameter in module.Parameters)
            {
                if (!parameter.Value.IsFinite)
                {
                    return $"{network}.{i}.{parameter.Name} ({module.GetType().Name})";
                }
            }

            y = module.Forward(y);
            if (!y.IsFinite)
            {
                return $"the output of {network}.{i} ({module.GetType().Name})";
            }
        }

        return null;
    }
}
