using MiniGan.Convolution;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Comparison;

/// <summary>Gradient penalties, spectral normalisation and the optimisers against what PyTorch computed.</summary>
public sealed class TrainingReferenceTests
{
    private const double Rounding = 5e-6;

    private static readonly Dictionary<string, Tensor> Recorded = Reference.Tensors("torch-training.safetensors");

    [Theory]
    [InlineData("r1", "plain")]
    [InlineData("r1", "spectral")]
    [InlineData("wgan-gp", "plain")]
    [InlineData("wgan-gp", "spectral")]
    public void Gradients_of_penalties_agree(string kind, string norm)
    {
        string name = $"penalty-{kind}-{norm}";
        Sequential discriminator = Discriminator(norm == "spectral", $"{name}/before/");
        discriminator.SetTraining(false); // as PyTorch, where u and v are to stay
        GradientPenalty penalty = kind == "r1" ? new R1Penalty(10) : new WganGpPenalty(10);
        Tensor y = discriminator.Forward(Recorded[$"{name}/x"]), ones = new(y.Shape);
        ones.Span.Fill(1);
        Tensor gradient = discriminator.Backward(ones, Gradients.Input);
        Reference.AssertClose("∂D/∂x", Recorded[$"{name}/gradient-of-x"], gradient, Rounding);
        Assert.Equal(1, penalty.Evaluate(gradient, out Tensor adjoint) / Recorded[$"{name}/penalty"][0], 1e-5);
        discriminator.DoubleBackward(adjoint);
        int compared = 0;
        foreach ((NamedTensor state, Parameter parameter) in Trained(discriminator))
        {
            if (Recorded.TryGetValue($"{name}/gradient/{state.Name}", out Tensor? expected))
            {
                Reference.AssertClose(state.Name, expected, parameter.Gradient, Rounding);
                compared++;
            }
            else
            {
                // From the last bias PyTorch finds no way to the penalty; for the others it records zeros.
                Assert.Equal("5.bias", state.Name);
                Assert.All(parameter.Gradient.ToRowMajor(), value => Assert.Equal(0, value));
            }
        }

        Assert.Equal(5, compared);
    }

    [Fact]
    public void Spectral_normalisation_agrees_over_five_steps()
    {
        Sequential network = Discriminator(spectral: true, "spectral-norm/before/");
        var optimizer = new Sgd(network.Parameters, 0.05);
        for (int step = 0; step < 5; step++)
        {
            string name = $"spectral-norm/{step}";
            network.ZeroGradients();
            Reference.AssertClose($"{step} y", Recorded[$"{name}/y"], network.Forward(Recorded[$"{name}/x"]), Rounding);
            Reference.AssertClose($"{step} dx", Recorded[$"{name}/dx"], network.Backward(Recorded[$"{name}/dy"]), Rounding);
            foreach ((NamedTensor state, Parameter parameter) in Trained(network))
            {
                Reference.AssertClose($"{step} {state.Name}", Recorded[$"{name}/gradient/{state.Name}"], parameter.Gradient, Rounding);
            }

            optimizer.Step();
            foreach ((string key, Tensor value) in network.State)
            {
                Reference.AssertClose($"{step} {key}", Recorded[$"{name}/after/{key}"], value, Rounding);
            }
        }

        network.SetTraining(false);
        Reference.AssertClose(
            "y in inference", Recorded["spectral-norm/y-in-inference"], network.Forward(Recorded["spectral-norm/4/x"]), Rounding);
    }

    [Fact]
    public void The_state_of_spectral_normalisation_has_PyTorchs_names_in_its_order() => Assert.Equal(
        Recorded.Keys.Where(key => key.StartsWith("spectral-norm/before/", StringComparison.Ordinal)),
        Discriminator(spectral: true, "spectral-norm/before/").State.Select(state => "spectral-norm/before/" + state.Name));

    [Theory]
    [InlineData("rmsprop")]
    [InlineData("rmsprop-settings")]
    [InlineData("sgd")]
    [InlineData("sgd-momentum")]
    public void Optimizers_agree_over_ten_steps(string name)
    {
        var parameter = new Parameter("weight", new Shape(37));
        Recorded[$"{name}/before"].Span.CopyTo(parameter.Value.Span);
        Optimizer optimizer = name switch
        {
            "rmsprop" => new RmsProp([parameter]),
            "rmsprop-settings" => new RmsProp([parameter], 5e-5, alpha: 0.9, epsilon: 1e-6),
            "sgd" => new Sgd([parameter], 0.1),
            _ => new Sgd([parameter], 0.1, momentum: 0.9),
        };
        for (int step = 0; step < 10; step++)
        {
            Recorded[$"{name}/gradient/{step}"].Span.CopyTo(parameter.Gradient.Span);
            optimizer.Step();
            Reference.AssertClose($"step {step}", Recorded[$"{name}/after/{step}"], parameter.Value, 1e-6);
        }
    }

    private static Sequential Discriminator(bool spectral, string prefix)
    {
        Conv2D first = new(2, 5, (3, 2), (2, 1), Padding.Explicit(1, 1, 1, 1)), second = new(5, 4, (2, 3));
        var last = new Linear(60, 1);
        var random = new RandomSource(1, "u");
        Sequential discriminator = spectral
            ? new(
                new SpectralNorm(first, random), new LeakyReLU(0.2f), new SpectralNorm(second, random), new LeakyReLU(0.1f),
                new Flatten(), new SpectralNorm(last, random))
            : new(first, new LeakyReLU(0.2f), second, new LeakyReLU(0.1f), new Flatten(), last);
        Assert.All(discriminator.State, state => Assert.True(Recorded.ContainsKey(prefix + state.Name), state.Name));
        Reference.Load(discriminator.State, Recorded, prefix);
        return discriminator;
    }

    /// <summary>The parameters with their names within the network.</summary>
    private static IEnumerable<(NamedTensor State, Parameter Parameter)> Trained(Sequential network) =>
        network.Parameters.Select(parameter => (network.State.Single(state => ReferenceEquals(state.Value, parameter.Value)), parameter));
}
