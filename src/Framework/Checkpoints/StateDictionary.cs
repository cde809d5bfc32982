using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>From the tensors of a file into those of a network, by name.</summary>
internal static class StateDictionary
{
    /// <summary>Copies each tensor, after all names and shapes have been checked.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="stored">What the file holds.</param>
    /// <param name="state">What the network needs; overwritten.</param>
    /// <exception cref="MalformedFileException">A tensor is missing, has another shape, or one is left over; then nothing has changed.</exception>
    public static void Load(string path, IReadOnlyDictionary<string, Tensor> stored, IEnumerable<NamedTensor> state)
    {
        NamedTensor[] targets = [.. state];
        foreach ((string name, Tensor target) in targets)
        {
            if (!stored.TryGetValue(name, out Tensor? value) || value.Shape != target.Shape)
            {
                throw new MalformedFileException(path, $"it is of another network: '{name}' should be {target.Shape}, but is {value?.Shape.ToString() ?? "missing"}.");
            }
        }

        if (stored.Keys.Except(targets.Select(target => target.Name)).FirstOrDefault() is string left)
        {
            throw new MalformedFileException(path, $"it is of another network, which has a '{left}'.");
        }

        foreach ((string name, Tensor target) in targets)
        {
            stored[name].Span.CopyTo(target.Span);
        }
    }
}
