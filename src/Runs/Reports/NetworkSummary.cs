using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Runs.Reports;

/// <summary>A network layer by layer: what the layers are, what comes out of each, how much it learns.</summary>
/// <param name="Input">The shape of what goes in, without the batch.</param>
/// <param name="Layers">Its layers, in their order; without the shapes that one image alone does not tell.</param>
/// <param name="Parameters">How many numbers it learns.</param>
internal sealed record NetworkSummary(int[] Input, IReadOnlyList<LayerSummary> Layers, long Parameters)
{
    /// <summary>
    /// Sends something through a network, in inference mode, and looks at each layer. The weights and running statistics stay as they are.
    /// </summary>
    public static NetworkSummary Of(Module network, Tensor x)
    {
        int[] input = Dimensions(x);
        var layers = new List<LayerSummary>();
        bool wasTraining = network.IsTraining;

        // What is remembered beside the parameters must stay, too: a spectral norm settles its vectors at its first
        // Forward, in inference as well.
        var parameters = network.Parameters.Select(parameter => parameter.Value).ToHashSet();
        (Tensor Value, float[] Copy)[] remembered = [.. network.State.Where(item => !parameters.Contains(item.Value)).Select(item =>
            (item.Value, item.Value.Span.ToArray()))];
        network.SetTraining(false);
        try
        {
            foreach (Module module in network is Sequential chain ? chain : (IEnumerable<Module>)[network])
            {
                Tensor? y = TryForward(module, layers.Count == 0 || layers[^1].Output.Length > 0 ? x : null);
                layers.Add(new(module.GetType().Name, LayerDetail.Of(module), y is null ? [] : Dimensions(y), module.ParameterCount));
                x = y ?? x;
            }
        }
        finally
        {
            network.SetTraining(wasTraining);
            foreach ((Tensor value, float[] copy) in remembered)
            {
                copy.CopyTo(value.Span);
            }
        }

        return new(input, layers, network.ParameterCount);
    }

    /// <summary>y = f(x); null if the module does not take a single image, so that the shapes from here on are not known.</summary>
    private static Tensor? TryForward(Module module, Tensor? x)
    {
        try
        {
            return x is null ? null : module.Forward(x);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static int[] Dimensions(Tensor x) => [.. x.Shape.ToArray()[1..]];
}
