using MiniGan.Checkpoints;
using MiniGan.Tensors;

namespace MiniGan.Tests.Comparison;

/// <summary>The recorded files of tests/Reference.</summary>
internal static class Reference
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "reference", name);

    public static Dictionary<string, Tensor> Tensors(string name) =>
        SafetensorsReader.Read(PathOf(name)).Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value);

    /// <summary>Copies recorded values into the state of a module, by PyTorch's names.</summary>
    public static void Load(IEnumerable<NamedTensor> state, Dictionary<string, Tensor> recorded, string prefix)
    {
        foreach ((string name, Tensor tensor) in state)
        {
            if (recorded.TryGetValue(prefix + name, out Tensor? value))
            {
                Assert.Equal(value.Shape, tensor.Shape);
                value.Span.CopyTo(tensor.Span);
            }
        }
    }

    /// <summary>Compares with a tolerance relative to the largest expected value.</summary>
    public static void AssertClose(string what, Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double scale = 0, most = 0;
        for (int i = 0; i < expected.Span.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected.Span[i]));
            most = Math.Max(most, Math.Abs(expected.Span[i] - actual.Span[i]));
        }

        Assert.True(most <= tolerance * scale, $"{what}: max |Δ| {most}, largest value {scale}");
    }
}
