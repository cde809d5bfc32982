using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class ContainerTests
{
    [Fact]
    public void Everything_is_found_at_any_depth()
    {
        var network = new Sequential(
            new Linear(4, 4), new Twice(new Sequential(new SpectralNorm(new Linear(4, 4)), new Dropout(0.5)), new Linear(4, 4)));
        Assert.Equal(
            ["0.weight", "0.bias", "1.first.0.bias", "1.first.0.weight_orig", "1.first.0.weight_u", "1.first.0.weight_v",
                "1.second.weight", "1.second.bias"],
            network.State.Select(item => item.Name));
        Assert.Equal(6, network.Parameters.Count);
        Assert.Equal(8, network.Descendants().Count());
        network.SetTraining(false);
        Assert.All(network.Descendants(), module => Assert.False(module.IsTraining));
        network.SetTraining(true);
        Assert.All(network.Descendants(), module => Assert.True(module.IsTraining));
    }

    [Fact]
    public void A_shared_parameter_is_learned_once_and_stored_under_each_name()
    {
        var shared = new Parameter("gain", new Shape(1));
        var network = new Sequential(new Gain(shared), new Sequential(new Gain(shared)));
        Assert.Same(shared, Assert.Single(network.Parameters));
        Assert.Equal(["0.gain", "1.0.gain"], network.State.Select(item => item.Name));
    }

    [Fact]
    public void Its_own_parameters_come_before_those_of_its_modules()
    {
        var shared = new Parameter("gain", new Shape(1));
        var scaled = new Scaled([new Parameter("scale", new Shape(3)), shared], new Sequential(new Linear(2, 1), new Gain(shared)));
        Assert.Equal(["scale", "gain", "weight", "bias"], scaled.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["scale", "gain", "inner.0.weight", "inner.0.bias", "inner.1.gain"], scaled.State.Select(item => item.Name));
        Assert.Same(shared.Value, scaled.State[1].Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("scale")]
    [InlineData("inner")]
    public void A_name_of_its_own_that_could_not_be_found_again_is_refused(string name)
    {
        Parameter[] parameters = [new("scale", new Shape(1)), new(name, new Shape(1))];
        Assert.Contains(
            $"'{name}'", Assert.Throws<ArgumentException>(() => new Scaled(parameters, new ReLU())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new Scaled(null!, new ReLU()));
    }

    [Fact]
    public void A_module_must_not_be_there_twice_at_any_depth()
    {
        var linear = new Linear(2, 2);
        Assert.Throws<ArgumentException>(() => new Sequential(linear, linear));
        Assert.Throws<ArgumentException>(() => new Sequential(linear, new Sequential(new SpectralNorm(linear))));
        Assert.Throws<ArgumentException>(() => new Sequential(new Linear(1, 1), null!));
        Assert.Throws<ArgumentException>(() => new Sequential());
        Assert.Throws<ArgumentNullException>(() => new Sequential(null!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("second")]
    public void A_name_that_could_not_be_found_again_is_refused(string name) =>
        Assert.Contains(
            $"'{name}'", Assert.Throws<ArgumentException>(() => new Twice(new ReLU(), new ReLU(), name)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_does_not_fit_is_named_with_its_place()
    {
        Sequential network = [new Flatten(), new Sequential(new ReLU(), new Linear(3136, 128))];
        string message = Assert.Throws<ArgumentException>(() => network.Forward(new Tensor(new Shape(2, 1, 5, 5)))).Message;
        Assert.Equal(
            "Sequential[1] Sequential[1] Linear(3136 → 128): Linear expects x: [N, 3136], but got [2, 25]. Put a Flatten " +
            "before it if x is an image.",
            message);
        Assert.Throws<ArgumentNullException>(() => network.Forward(null!));
    }

    [Fact]
    public void A_collection_expression_makes_a_chain()
    {
        Module[] up = [new Linear(2, 3), new ReLU()];
        Sequential network = [.. up, new Linear(3, 1)];
        Assert.Equal((3, up[0]), (network.Count, network[0]));
        Assert.Equal(new Shape(5, 1), network.Forward(new Tensor(new Shape(5, 2))).Shape);
    }

    /// <summary>y = second(first(x)).</summary>
    private sealed class Twice(Module first, Module second, string name = "first") : Container((name, first), ("second", second))
    {
        public override Tensor Forward(Tensor x) => second.Forward(first.Forward(x));

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => first.Backward(second.Backward(dy), wanted);
    }

    /// <summary>A container with parameters of its own.</summary>
    private sealed class Scaled(IReadOnlyList<Parameter> own, Module inner) : Container(own, ("inner", inner))
    {
        public override Tensor Forward(Tensor x) => throw new NotSupportedException();

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => throw new NotSupportedException();
    }

    /// <summary>A module with a parameter that it was given.</summary>
    private sealed class Gain(Parameter gain) : Module
    {
        public override IReadOnlyList<Parameter> Parameters => [gain];

        public override Tensor Forward(Tensor x) => throw new NotSupportedException();

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => throw new NotSupportedException();
    }
}
