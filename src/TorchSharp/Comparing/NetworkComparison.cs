using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Networks;

namespace MiniGan.TorchSharp.Comparing;

/// <summary>
/// Every module of a network against its translation, each by itself and on what it gets of given inputs: so a wrong derivative is found
/// where it is.
/// </summary>
public static class NetworkComparison
{
    /// <summary>Runs through a network in training mode; its gradients, and what a forward changes, are overwritten.</summary>
    /// <param name="name">Its name, which places begin with.</param>
    /// <param name="network">The network. Of sequences, residuals and concatenations the parts are compared, of others the whole.</param>
    /// <param name="inputs">
    /// Its inputs, at least one. Of several the least difference counts: what is wrong is wrong each time, a value within rounding of a
    /// ReLU's kink is not.
    /// </param>
    /// <param name="labels">The labels, for networks that take some.</param>
    /// <param name="translations">Of modules of one's own.</param>
    /// <returns>The largest difference of each module, in the order of the data.</returns>
    /// <exception cref="ArgumentException">A module has no translation, or an input does not fit.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp cannot be loaded.</exception>
    public static IReadOnlyList<ModuleDifference> Of(
        string name, Module network, IReadOnlyList<Tensor> inputs, ReadOnlySpan<int> labels = default,
        TorchTranslations? translations = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfZero(inputs.Count, nameof(inputs));
        foreach (IClassConditional conditional in network.Descendants().OfType<IClassConditional>())
        {
            conditional.SetLabels(labels);
        }

        var found = new List<ModuleDifference>();
        foreach (Tensor x in inputs)
        {
            Walk(name, network, x, labels.ToArray(), translations, found);
        }

        return [.. found.GroupBy(difference => difference.Place).Select(place => place.MinBy(difference => Order(difference.Value)))];
    }

    private static void Walk(
        string place, Module module, Tensor x, int[] labels, TorchTranslations? translations, List<ModuleDifference> differences)
    {
        if (module is Sequential chain)
        {
            for (int i = 0; i < chain.Count; i++)
            {
                Walk($"{place}.{i}", chain[i], x, labels, translations, differences);
                x = chain[i].Forward(x).Clone();
            }

            return;
        }

        if (module is Residual or Concat)
        {
            var parts = (Container)module;
            for (int i = 0; i < parts.Children.Count; i++)
            {
                Walk($"{place}.{parts.ChildNames[i]}", parts.Children[i], x, labels, translations, differences);
            }
        }

        (string quantity, double value) = ModuleComparison.Of(module, x, labels, translations).MaxBy(pair => Order(pair.Value));
        differences.Add(new(place, $"{module}", quantity, value));
    }

    private static double Order(double value) => double.IsNaN(value) ? double.PositiveInfinity : value;
}
