using MiniGan.Checkpoints;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Comparison;

/// <summary>A network of residual blocks, norms, attention and labels, from a <c>state_dict</c> that PyTorch wrote.</summary>
public sealed class StateDictTests : IDisposable
{
    private const double Rounding = 1e-4; // of fourteen layers, four of which divide by deviations

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_state_dict_is_loaded_by_its_names_and_computes_the_same()
    {
        Dictionary<string, Tensor> recorded = Reference.Tensors("torch-network.safetensors");
        Sequential network = Load();
        Tensor y = network.Forward(recorded["x"]);
        Reference.AssertClose("y", recorded["y"], y, Rounding);
        network.ZeroGradients();
        Reference.AssertClose("dx", recorded["dx"], network.Backward(recorded["dy"]), Rounding);

        // State and gradients have the same names: of spectral norms, those of weight_orig.
        foreach (NamedTensor state in network.State)
        {
            Reference.AssertClose(state.Name, recorded[$"after/{state.Name}"], state.Value, Rounding);
        }

        Dictionary<Tensor, Parameter> parameters = network.Parameters.ToDictionary(parameter => parameter.Value);
        NamedTensor[] learned = [.. network.State.Where(state => parameters.ContainsKey(state.Value))];
        Assert.Equal(recorded.Keys.Count(name => name.StartsWith("gradient/", StringComparison.Ordinal)), learned.Length);
        foreach (NamedTensor state in learned)
        {
            Reference.AssertClose(state.Name, recorded[$"gradient/{state.Name}"], parameters[state.Value].Gradient, Rounding);
        }

        network.SetTraining(false);
        Reference.AssertClose("y in inference", recorded["y-in-inference"], network.Forward(recorded["x"]), Rounding);
    }

    [Fact]
    public void What_is_saved_is_loaded_again()
    {
        Sequential network = Load(), other = Make();
        network.Save(folder["file"]);
        other.Load(folder["file"]);
        Tensor x = Reference.Tensors("torch-network.safetensors")["x"];
        Assert.Equal(network.Forward(x).ToRowMajor(), other.Forward(x).ToRowMajor());
        Assert.Contains(
            "1.num_batches_tracked", SafetensorsReader.Read(folder["file"]).Tensors.Select(tensor => tensor.Name));
    }

    private static Sequential Load()
    {
        Sequential network = Make();
        network.Load(Reference.PathOf("torch-state-dict.safetensors"));
        return network;
    }

    private static Sequential Make()
    {
        Sequential network =
        [
            new Conv2D(3, 8, 3, padding: 1, bias: false), new BatchNorm2D(8, momentum: null), new PReLU(8),
            new Residual(
                new Sequential(new GroupNorm(2, 8), new SiLU(), new SpectralNorm(new Conv2D(8, 8, 3, padding: 1, bias: false))),
                new Conv2D(8, 8, 1, bias: false)),
            new ConditionalBatchNorm2D(8, 5), new SelfAttention2D(8), new InstanceNorm2D(8, affine: true), new GELU(), new AvgPool2D(2),
            new LayerNorm(8, 3, 2), new Flatten(), new SpectralNorm(new Linear(48, 6)), new ELU(), new ProjectionLogit(6, 5),
        ];
        foreach (IClassConditional conditional in network.Descendants().OfType<IClassConditional>())
        {
            conditional.SetLabels([4, 0, 2, 2]);
        }

        return network;
    }
}
