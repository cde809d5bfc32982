using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class InitializersTests
{
    public static TheoryData<string, double> Layers => new()
    {
        { "Linear", 1 / Math.Sqrt(100) },
        { "Conv2D", 1 / Math.Sqrt(8 * 3 * 2) }, // in / groups · kh · kw
        { "ConvTranspose2D", 1 / Math.Sqrt(15 * 3 * 2) }, // out / groups · kh · kw: PyTorch's fan in of a transposed convolution
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_new_layer_has_PyTorchs_default_weights(string name, double bound)
    {
        WeightedModule Make() => name switch
        {
            "Linear" => new Linear(100, 200),
            "Conv2D" => new Conv2D(16, 30, (3, 2), groups: 2),
            _ => new ConvTranspose2D(16, 30, (3, 2), groups: 2),
        };
        RandomSource.Default = new RandomSource(5, "weights");
        WeightedModule layer = Make(), other = Make();
        foreach (Tensor values in (Tensor[])[layer.Weight.Value, layer.Bias!.Value])
        {
            // Uniform in ±bound: the largest is near it, and the mean square is a third of its square.
            Assert.All(values.ToRowMajor(), value => Assert.InRange(value, -bound, bound));
            Assert.InRange(values.ToRowMajor().Max(), 0.8 * bound, bound);
        }

        Assert.Equal(bound * bound / 3, layer.Weight.Value.ToRowMajor().Average(value => (double)value * value), bound * bound / 30);
        Assert.NotEqual(layer.Weight.Value.ToRowMajor(), other.Weight.Value.ToRowMajor());
        RandomSource.Default = new RandomSource(5, "weights");
        Assert.Equal(layer.Weight.Value.ToRowMajor(), Make().Weight.Value.ToRowMajor());
    }

    [Fact]
    public void Layers_draw_from_a_stream_of_seed_0_unless_another_is_set()
    {
        float[] Weights() => new Linear(3, 3).Weight.Value.ToRowMajor();
        float[] untouched = [], set = [];
        var thread = new Thread(() => untouched = Weights());
        thread.Start();
        thread.Join();
        var other = new Thread(() =>
        {
            RandomSource.Default = new RandomSource(0, "weights");
            set = Weights();
        });
        other.Start();
        other.Join();
        Assert.Equal(untouched, set);
        Assert.Throws<ArgumentNullException>(() => RandomSource.Default = null!);
    }

    [Fact]
    public void Initialisers_touch_only_the_weights_they_are_for()
    {
        var slope = new Slope();
        Sequential network = [new Linear(4, 4), slope, new SpectralNorm(new ConvTranspose2D(1, 1, 2))];
        var inner = ((SpectralNorm)network[2]).Inner;
        float[] ofInner = inner.Weight.Value.ToRowMajor();
        foreach (Action<Module, RandomSource> fill in (Action<Module, RandomSource>[])[Initializers.Default,
            (module, random) => Initializers.Dcgan(module, random), Initializers.GlorotUniform, Initializers.HeNormal])
        {
            float[] before = ((Linear)network[0]).Weight.Value.ToRowMajor(), ofNorm = ((SpectralNorm)network[2]).Weight.Value.ToRowMajor();
            fill(network, new RandomSource(9, "w"));
            Assert.Equal(0.25f, slope.Weight.Value[0]);
            Assert.NotEqual(before, ((Linear)network[0]).Weight.Value.ToRowMajor());
            Assert.NotEqual(ofNorm, ((SpectralNorm)network[2]).Weight.Value.ToRowMajor());
            Assert.Equal(ofInner, inner.Weight.Value.ToRowMajor()); // a result, not a parameter
        }

        Assert.Throws<ArgumentNullException>(() => Initializers.Default(null!, new RandomSource(1, "w")));
        Assert.Throws<ArgumentNullException>(() => Initializers.Dcgan(null!, new RandomSource(1, "w")));
        Assert.Throws<ArgumentNullException>(() => Initializers.Default(network, null!));
    }

    /// <summary>As the slope of a PReLU, or the gate of an attention.</summary>
    private sealed class Slope : Module
    {
        public Slope() => Weight.Value[0] = 0.25f;

        public Parameter Weight { get; } = new("weight", new Shape(1));

        public override IReadOnlyList<Parameter> Parameters => [Weight];

        public override Tensor Forward(Tensor x) => throw new NotSupportedException();

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => throw new NotSupportedException();
    }
}
