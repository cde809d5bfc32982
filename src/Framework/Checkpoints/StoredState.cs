using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>What is between the tensors of networks and those of a file: the same names and shapes, and finite numbers only.</summary>
internal static class StoredState
{
    /// <summary>Reads a whole file, checks it, and only then copies its tensors into those of a network.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">The network's state; overwritten.</param>
    /// <param name="isState">Which tensors of the file are of the network.</param>
    /// <exception cref="MalformedFileException">
    /// It is damaged, a tensor is missing, has another shape, is left over or is not finite; then nothing has changed.
    /// </exception>
    public static void Load(string path, IEnumerable<NamedTensor> state, Func<string, bool> isState)
    {
        using var file = new SafetensorsSource(path);
        Load(path, file, state, isState);
    }

    /// <summary>As <see cref="Load(string, IEnumerable{NamedTensor}, Func{string, bool})"/>, from a file that is open.</summary>
    public static void Load(string path, SafetensorsSource file, IEnumerable<NamedTensor> state, Func<string, bool> isState)
    {
        HashSet<string> names = [.. state.Select(tensor => tensor.Name)];
        bool IsTaken(StoredTensor tensor) =>
            isState(tensor.Name) && (!SafetensorsHeader.IsBatchCounter(tensor.Name) || names.Contains(tensor.Name)); // few layers count
        Dictionary<string, Tensor> targets = Match(path, file.Tensors.Where(IsTaken), state);
        foreach ((string name, Tensor value) in Read(path, file, IsTaken))
        {
            value.Span.CopyTo(targets[name].Span);
        }
    }

    /// <summary>Reads some tensors of a file, all of which is checked.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="file">The file.</param>
    /// <param name="wanted">Which.</param>
    /// <exception cref="MalformedFileException">It is damaged, or a number is not finite.</exception>
    public static List<NamedTensor> Read(string path, SafetensorsSource file, Func<StoredTensor, bool> wanted)
    {
        var read = new List<NamedTensor>();
        file.ReadTensors(
            tensor =>
            {
                RequireFinite(path, tensor);
                read.Add(tensor);
            },
            wanted);
        return read;
    }

    /// <summary>Checks names and shapes, before anything is read.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="stored">What the file holds.</param>
    /// <param name="state">What the networks need.</param>
    /// <returns>Where each tensor of the file goes.</returns>
    /// <exception cref="MalformedFileException">They differ.</exception>
    private static Dictionary<string, Tensor> Match(string path, IEnumerable<StoredTensor> stored, IEnumerable<NamedTensor> state)
    {
        Dictionary<string, Shape> left = stored.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        var targets = new Dictionary<string, Tensor>();
        foreach ((string name, Tensor tensor) in state)
        {
            bool found = left.Remove(name, out Shape shape);
            if (!found || shape != tensor.Shape)
            {
                throw new MalformedFileException(
                    path, $"it is of another network: '{name}' should be {tensor.Shape}, but is {(found ? shape : "missing")}.");
            }

            targets.Add(name, tensor);
        }

        return left.Count == 0
            ? targets
            : throw new MalformedFileException(path, $"it is of another network: there is no '{Printable.Name(left.Keys.First())}'.");
    }

    /// <summary>Checks a tensor that was read.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="MalformedFileException">An element is not finite; the message names the tensor.</exception>
    private static void RequireFinite(string path, NamedTensor tensor)
    {
        if (FirstNotFinite([tensor]) is string name)
        {
            throw new MalformedFileException(
                path,
                $"'{Printable.Name(name)}' holds NaN or an infinity: it is damaged, or of a training that diverged. Take another one.");
        }
    }

    /// <summary>The name of the first tensor of which an element is not finite, or null.</summary>
    public static string? FirstNotFinite(IEnumerable<NamedTensor> state) => state.FirstOrDefault(tensor => !tensor.Value.IsFinite).Name;
}
