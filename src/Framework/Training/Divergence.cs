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
        return FirstState("generator", model.Generator) ?? FirstState("discriminator", model.Discriminator);
    }

    /// <summary>The first layer whose state or output is not finite, in the order of the data: G(z), then D of real images, then D(G(z)).</summary>
    internal static string FirstIn(GanModel model, Tensor z, Tensor real)
    {
        if (FirstStateOf(model) is string state)
        {
            return state;
        }

        if (!IsFinite(real))
        {
            return "the real images";
        }

        return FirstOutput("generator", model.Generator, z, out Tensor fake)
            ?? FirstOutput("discriminator", model.Discriminator, real, out _)
            ?? FirstOutput("discriminator", model.Discriminator, fake, out _)
            ?? "the loss or its penalty, as all layers are finite";
    }

    private static string? FirstState(string network, Sequential modules)
    {
        for (int i = 0; i < modules.Modules.Count; i++)
        {
            foreach (NamedTensor tensor in modules.Modules[i].State)
            {
                if (!IsFinite(tensor.Value))
                {
                    return $"{network}.{i}.{tensor.Name} ({modules.Modules[i].GetType().Name})";
                }
            }
        }

        return null;
    }

    private static string? FirstOutput(string network, Sequential modules, Tensor x, out Tensor y)
    {
        y = x;
        for (int i = 0; i < modules.Modules.Count; i++)
        {
            y = modules.Modules[i].Forward(y);
            if (!IsFinite(y))
            {
                return $"the output of {network}.{i} ({modules.Modules[i].GetType().Name})";
            }
        }

        return null;
    }

    private static bool IsFinite(Tensor tensor)
    {
        foreach (float value in tensor.Span)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
