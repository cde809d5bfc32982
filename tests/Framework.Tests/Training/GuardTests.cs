using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>Networks and batches that would train to nothing, or to something else than was meant, without a word.</summary>
public sealed class GuardTests
{
    [Fact]
    public void Images_of_another_shape_than_the_generators_are_refused()
    {
        GanTrainer trainer = Trainer(new Flatten(), new Linear(16, 1));
        string message = Assert.Throws<ArgumentException>(() => trainer.Step(new Tensor(new Shape(3, 1, 2, 8)))).Message;
        Assert.Contains("The images are [3, 1, 2, 8], but the generator makes [3, 1, 4, 4]", message, StringComparison.Ordinal);
        Assert.Equal(1, trainer.Step(new Tensor(new Shape(3, 1, 4, 4))).Step);
    }

    [Fact]
    public void A_discriminator_that_makes_more_than_a_logit_is_refused()
    {
        GanTrainer trainer = Trainer(new Flatten(), new Linear(16, 2));
        string message = Assert.Throws<ArgumentException>(() => trainer.Step(new Tensor(new Shape(3, 1, 4, 4)))).Message;
        Assert.Contains("[N, 1]. It makes [3, 2]", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Trainer(new Conv2D(1, 1, 3)).Step(new Tensor(new Shape(3, 1, 4, 4))));
    }

    [Fact]
    public void Modules_and_parameters_that_are_not_told_of_are_refused()
    {
        Assert.Contains("Hiding holds a Linear(2 → 2)", Refusal(new Hiding(new Linear(2, 2))), StringComparison.Ordinal);
        Assert.Contains("Hiding holds a Tanh", Refusal(new Hiding(new Module[] { new Tanh() })), StringComparison.Ordinal);
        Assert.Contains(
            "Hiding holds the parameter 'w'", Refusal(new Hiding(new Parameter("w", new Shape(1)))), StringComparison.Ordinal);
        Assert.Contains("Derived holds a Tanh", Refusal(new Derived(new Tanh())), StringComparison.Ordinal);
        Assert.Contains(
            "Hiding holds a Tanh", Refusal(new Hiding(new Dictionary<string, Module> { ["a"] = new Tanh() })), StringComparison.Ordinal);
        Assert.Contains("parameter 'w'", Refusal(new Hiding(new[] { new Parameter("w", new Shape(1)) })), StringComparison.Ordinal);
        _ = new Gan(Generator(), new Sequential(new Hiding("nothing"), new Flatten(), new Linear(16, 1)), latentSize: 2);

        static string Refusal(Module inner)
        {
            Sequential discriminator = [inner, new Flatten(), new Linear(16, 1)];
            return Assert.Throws<ArgumentException>(() => new Gan(Generator(), discriminator, latentSize: 2)).Message;
        }
    }

    [Fact]
    public void A_module_of_ones_own_is_told_to_override_DoubleBackward()
    {
        Assert.Contains("Override it there", Refusal(new Hiding("nothing")), StringComparison.Ordinal);
        Assert.Contains("Use InstanceNorm2D", Refusal(new BatchNorm2D(1)), StringComparison.Ordinal);

        static string Refusal(Module module) =>
            Assert.Throws<NotSupportedException>(() => module.DoubleBackward(new Tensor(new Shape(1)))).Message;
    }

    private static Sequential Generator() => [new Linear(2, 16), new Reshape(1, 4, 4), new Tanh()];

    private static GanTrainer Trainer(params Module[] discriminator) =>
        new(new Gan(Generator(), new Sequential(discriminator), latentSize: 2), new HingeLoss(), new Sgd(0.1), new Sgd(0.1));

    private class Hiding(object held) : Module
    {
        private readonly object held = held;

        public override Tensor Forward(Tensor x) => held is null ? x.Clone() : x;

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => dy;
    }

    private sealed class Derived(object held) : Hiding(held);
}
