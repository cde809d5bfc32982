using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>Finds the first number that is not finite.</summary>
public static class FiniteCheck
{
    /// <summary>The first state of the networks that is not finite, or null.</summary>
    /// <param name="gan">The networks.</param>
    /// <returns>For example <c>generator.3.weight</c>.</returns>
    public static string? FirstStateOf(Gan gan)
    {
        ArgumentNullException.ThrowIfNull(gan);
        return gan.State.Where(tensor => !tensor.Value.IsFinite).Select(tensor => tensor.Name).FirstOrDefault();
    }

    /// <summary>
    /// The first layer whose parameters or output are not finite, in the order of the data: G(z), then D of real images, then D(G(z)).
    /// Running statistics come last: what broke elsewhere has reached them already.
    /// </summary>
    internal static string FirstIn(Gan model, Tensor z, Tensor real) =>
        FirstLayer("generator", model.Generator, z, out Tensor fake)
            ?? (real.IsFinite ? null : "the real images")
            ?? FirstLayer("discriminator", model.Discriminator, real, out _)
            ?? FirstLayer("discriminator", model.Discriminator, fake, out _)
            ?? FirstStateOf(model)
            ?? "the loss or its penalty, as all layers are finite";

    /// <summary>
    /// The gradient where numbers that are not finite came from: the last in the order of the data, since gradients come from behind.
    /// </summary>
    internal static string FirstGradientIn(Module network, string place)
    {
        Parameter origin = network.Parameters.Last(parameter => !parameter.Gradient.IsFinite);
        string? name = network.State.FirstOrDefault(tensor => tensor.Value == origin.Value).Name;
        return $"the gradient of {place}.{name ?? origin.Name}";
    }

    private static string? FirstLayer(string place, Module module, Tensor x, out Tensor y)
    {
        if (module is Sequential chain)
        {
            y = x;
            for (int i = 0; i < chain.Count; i++)
            {
                if (FirstLayer($"{place}.{i}", chain[i], y, out y) is string found)
                {
                    return found;
                }
            }

            return null;
        }

        y = x;
        HashSet<Tensor> parameters = [.. module.Parameters.Select(parameter => parameter.Value)];
        if (module.State.FirstOrDefault(tensor => parameters.Contains(tensor.Value) && !tensor.Value.IsFinite).Name is string name)
        {
            return $"{place}.{name} ({module.GetType().Name})";
        }

        y = module.Forward(x);
        return y.IsFinite ? null : $"the output of {place} ({module.GetType().Name})";
    }
}
