using MiniGan.Comparison;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Comparison;

/// <summary>Against what PyTorch and Keras computed.</summary>
public sealed class ReferenceTests
{
    /// <summary>Sums of a few dozen float32 products in another order: a few units in the last place of the largest value.</summary>
    private const double Rounding = 2e-6;

    public static TheoryData<string> Modules => [.. Cases.Keys];

    private static Dictionary<string, Func<Module>> Cases { get; } = new()
    {
        ["linear"] = () => new Linear(11, 7),
        ["linear-without-bias"] = () => new Linear(6, 35, bias: false),
        ["batch-norm-training"] = () => new BatchNorm2D(5),
        ["batch-norm-inference"] = () => new BatchNorm2D(5),
        ["batch-norm-settings"] = () => new BatchNorm2D(3, epsilon: 1e-3, momentum: 0.01),
        ["relu"] = () => new ReLU(),
        ["leaky-relu"] = () => new LeakyReLU(0.2f),
        ["tanh"] = () => new Tanh(),
        ["sigmoid"] = () => new Sigmoid(),
        ["flatten"] = () => new Flatten(),
        ["reshape"] = () => new Reshape(3, 4, 2),
    };

    [Theory]
    [InlineData("torch-layers.json", 81, 81)]
    [InlineData("keras-layers.json", 84, 80)] // Keras's dilated convolutions have no gradient in TensorFlow.js
    public void Layers_agree_to_the_last_bit(string file, int count, int withGradients)
    {
        CaseFile cases = CaseFile.Read(Reference.PathOf(file));
        Assert.Equal(count, cases.Cases.Count);
        Assert.All(cases.Cases, layerCase => Assert.True(layerCase.IsExact));
        Assert.Equal(
            withGradients, cases.Compare().Count(result => result.Differences.ContainsKey("dx") && result.Differences.ContainsKey("dW")));
        Assert.All(cases.Compare(), result =>
        {
            Assert.True(result.Passed, $"{result.Name}: {result.Failure}");
            Assert.All(result.Differences.Values, difference => Assert.Equal(0, difference));
        });
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Modules_agree(string name)
    {
        Dictionary<string, Tensor> recorded = Reference.Tensors("torch-modules.safetensors");
        Module module = Cases[name]();
        Reference.Load(module.State, recorded, $"{name}/before/");
        module.SetTraining(name != "batch-norm-inference");
        int calls = name == "batch-norm-training" ? 2 : 1;
        for (int call = 0; call < calls; call++)
        {
            module.ZeroGradients();
            Reference.AssertClose("y", recorded[$"{name}/y"], module.Forward(recorded[$"{name}/x"]), Rounding);
            Reference.AssertClose("dx", recorded[$"{name}/dx"], module.Backward(recorded[$"{name}/dy"]), Rounding);
        }

        foreach (Parameter parameter in module.Parameters)
        {
            Reference.AssertClose(parameter.Name, recorded[$"{name}/gradient/{parameter.Name}"], parameter.Gradient, Rounding);
        }

        foreach (NamedTensor state in module.State.Where(state => recorded.ContainsKey($"{name}/after/{state.Name}")))
        {
            Reference.AssertClose(state.Name, recorded[$"{name}/after/{state.Name}"], state.Value, Rounding);
        }
    }

    [Theory]
    [InlineData("0.0", 0)]
    [InlineData("0.9", 0.9)]
    [InlineData("1.0", 1)]
    public void The_loss_agrees(string name, double target)
    {
        Dictionary<string, Tensor> recorded = Reference.Tensors("torch-modules.safetensors");
        var loss = new NonSaturatingLoss(target > 0 ? target : 1);
        Tensor logits = recorded[$"bce-{name}/logits"];
        Assert.Equal(recorded[$"bce-{name}/loss"][0], target > 0 ? loss.Real(logits) : loss.Fake(logits), 1e-6);
        Reference.AssertClose("dz", recorded[$"bce-{name}/gradient"], loss.Backward(), Rounding);
    }

    [Theory]
    [InlineData("adam", 1e-3, 0.9)]
    [InlineData("adam-gan", 2e-4, 0.5)]
    public void Adam_agrees_over_ten_steps(string name, double learningRate, double beta1)
    {
        Dictionary<string, Tensor> recorded = Reference.Tensors("torch-modules.safetensors");
        var parameter = new Parameter("weight", new Shape(37));
        recorded[$"{name}/before"].Span.CopyTo(parameter.Value.Span);
        var adam = new Adam([parameter], learningRate, beta1);
        for (int step = 0; step < 10; step++)
        {
            recorded[$"{name}/gradient/{step}"].Span.CopyTo(parameter.Gradient.Span);
            adam.Step();
            Reference.AssertClose($"step {step}", recorded[$"{name}/after/{step}"], parameter.Value, 1e-6);
        }
    }

    /// <summary>
    /// Twenty steps of a whole GAN. Adam's first steps have the size of the learning rate whatever the gradient's, so a gradient that is
    /// zero but for rounding may move a weight either way: weights may part by a few per cent of the 20 · 2e-4 that they can travel, and do
    /// by far less; the losses, which depend on all of them, stay within 1e-4.
    /// </summary>
    [Fact]
    public void A_GAN_takes_the_same_twenty_steps()
    {
        const int batch = 8;
        Dictionary<string, Tensor> recorded = Reference.Tensors("torch-gan.safetensors");
        var recipe = new Recipe(Preset.Dcgan, width: 8, latentSize: 32, batch, learningRate: 2e-4, beta1: 0.5, seed: 1);
        var gan = recipe.CreateGan();
        NamedTensor[] state =
        [
            .. gan.Generator.State.Select(item => item with { Name = $"generator.{item.Name}" }),
            .. gan.Discriminator.State.Select(item => item with { Name = $"discriminator.{item.Name}" }),
        ];
        Reference.Load(state, recorded, "before/");
        var trainer = recipe.TrainerFor(gan);
        Tensor losses = recorded["losses"], latents = recorded["latents"], reals = recorded["reals"];
        for (int step = 0; step < losses.Shape.N; step++)
        {
            var real = new Tensor(new Shape(batch, 1, 28, 28));
            reals.Span.Slice(step * batch * 784, batch * 784).CopyTo(real.Span);
            var z = new Tensor(new Shape(batch, 32));
            latents.Span.Slice(step * batch * 32, batch * 32).CopyTo(z.Span);
            StepReport report = trainer.Step(real, z);
            Assert.Equal(losses[step, 0], report.DiscriminatorLoss, 1e-4);
            Assert.Equal(losses[step, 1], report.GeneratorLoss, 1e-4);
        }

        const double travelled = 20 * 2e-4;
        foreach ((string name, Tensor tensor) in state)
        {
            Tensor expected = recorded[$"after/{name}"];
            double most = 0;
            for (int i = 0; i < tensor.Span.Length; i++)
            {
                most = Math.Max(most, Math.Abs(tensor.Span[i] - expected.Span[i]));
            }

            double scale = name.Contains("running", StringComparison.Ordinal) ? 1 : travelled;
            Assert.True(most < 0.05 * scale, $"{name}: {most}");
        }
    }
}
