using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Runs.Reports;

/// <summary>A network layer by layer: what the layers are, what comes out of each, how much it learns.</summary>
/// <param name="Input">The shape of what goes in, without the batch.</param>
/// <param name="Layers">Its layers, in their order.</param>
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
                x = module.Forward(x);
                layers.Add(new(module.GetType().Name, LayerDetail.Of(module), Dimensions(x), module.ParameterCount));
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

    private static int[] Dimensions(Tensor x) => [.. x.Shape.ToArray()[1..]];
}
