using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Activations where float32 is at its limits, and over more elements than one thread takes at a time.</summary>
public sealed class ActivationTests
{
    private static readonly Dictionary<string, (Func<Activation> Make, Func<double, double> Function)> Cases = new()
    {
        ["ELU"] = (() => new ELU(), x => x > 0 ? x : double.ExpM1(x)),
        ["softplus"] = (() => new Softplus(), x => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)))),
        ["SiLU"] = (() => new SiLU(), x => x / (1 + Math.Exp(-x))),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static TheoryData<string> All => ["ReLU", "LeakyReLU", "Tanh", "Sigmoid", "ELU", "softplus", "SiLU", "GELU"];

    /// <summary>Also what is left of 1 after 1 is taken off: in float32, eˣ − 1 of −10⁻⁶ as such is wrong by 5 %.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Small_results_are_as_precise_as_large_ones(string name)
    {
        (Func<Activation> make, Func<double, double> function) = Cases[name];
        float[] x =
        [
            .. new[] { 1e-8f, 1e-6f, 1e-4f, 1e-3f, 0.01f, 0.1f, 0.5f, 1, 2, 3, 5, 7.9f, 8.1f, 10, 17, 20, 40, 80 }.SelectMany(
                value => new[] { value, -value }),
            0,
        ];
        float[] y = make().Forward(Tensor.FromRowMajor(new Shape(x.Length), x)).ToRowMajor();
        Assert.All(
            x.Zip(y, (at, actual) => (Expected: function(at), Actual: actual)),
            pair => Assert.InRange(Math.Abs(pair.Actual - pair.Expected), 0, 2e-6 * Math.Abs(pair.Expected)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_no_number_stays_none_and_what_is_huge_is_finite(string name)
    {
        Activation activation = Make(name);
        Tensor x = Tensor.FromRowMajor(new Shape(5), [float.NaN, 1e30f, -1e30f, 1e20f, -200]);
        Tensor dy = Tensor.FromRowMajor(new Shape(5), [1, 1, 1e10f, 1, 1e37f]);
        float[] y = activation.Forward(x).ToRowMajor();
        Assert.True(float.IsNaN(y[0]));
        Assert.All(y[1..], value => Assert.True(float.IsFinite(value)));
        Assert.All(activation.Backward(dy).ToRowMajor()[1..], value => Assert.True(float.IsFinite(value)));
        activation.DoubleBackward(Tensor.FromRowMajor(new Shape(5), [1, 1, 1, 1, 1]));
        Assert.All(activation.Backward(new Tensor(new Shape(5))).ToRowMajor()[1..], value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>A chunk has 16,384 elements; each element is what it is in a tensor of its own.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Elements_do_not_depend_on_their_place(string name)
    {
        const int Count = 40_003;
        Activation activation = Make(name);
        Tensor x = Values.Normal(new Shape(Count), "x"), dy = Values.Normal(x.Shape, "dy"), q = Values.Normal(x.Shape, "q");
        float[] y = activation.Forward(x).ToRowMajor(), dx = activation.Backward(dy).ToRowMajor();
        float[] ddy = activation.DoubleBackward(q).ToRowMajor(), curvature = activation.Backward(new Tensor(x.Shape)).ToRowMajor();
        foreach (int i in new[] { 0, 255, 256, 300, 16_383, 16_384, 20_000, 32_768, 40_000, 40_002 })
        {
            Tensor One(Tensor of) => Tensor.FromRowMajor(new Shape(1), [of.Span[i]]);
            Activation alone = Make(name);
            AssertClose(alone.Forward(One(x))[0], y[i]);
            AssertClose(alone.Backward(One(dy))[0], dx[i]);
            AssertClose(alone.DoubleBackward(One(q))[0], ddy[i]);
            AssertClose(alone.Backward(new Tensor(new Shape(1)))[0], curvature[i]);
        }

        static void AssertClose(float expected, float actual) => Assert.Equal(expected, actual, 1e-6f * (1 + Math.Abs(expected)));
    }

    /// <summary>What the second derivative leaves goes with the next Backward, once, and with none after a Forward.</summary>
    [Fact]
    public void The_kept_derivative_goes_with_the_next_backward_only()
    {
        var tanh = new Tanh();
        Tensor x = Values.Normal(new Shape(9), "x"), dy = Values.Normal(x.Shape, "dy"), zero = new(x.Shape);
        float[] Kept(Action between)
        {
            tanh.Forward(x);
            tanh.Backward(dy, Gradients.Parameters); // remembered, though no dx is wanted
            tanh.DoubleBackward(dy);
            between();
            return tanh.Backward(zero).ToRowMajor();
        }

        Assert.All(Kept(() => { }), value => Assert.NotEqual(0, value));
        Assert.All(Kept(() => tanh.Backward(zero)), value => Assert.Equal(0, value));
        Assert.All(Kept(() => tanh.Backward(zero, Gradients.Parameters)), value => Assert.Equal(0, value));
        Assert.All(Kept(() => tanh.Forward(x)), value => Assert.Equal(0, value));

        // That of the last dy, not of one before it.
        float[] once = Kept(() => { });
        tanh.Forward(x);
        tanh.Backward(zero);
        tanh.Backward(dy, Gradients.Parameters);
        tanh.DoubleBackward(dy);
        Assert.Equal(once, tanh.Backward(zero).ToRowMajor());
    }

    [Fact]
    public void A_shared_slope_takes_any_number_of_channels_in_turn()
    {
        var activation = new PReLU(slope: 0.5f);
        foreach (int channels in new[] { 2, 5, 3 })
        {
            Tensor x = new(new Shape(2, channels, 1, 3));
            x.Span.Fill(-2);
            Assert.All(activation.Forward(x).ToRowMajor(), value => Assert.Equal(-1, value));
            activation.ZeroGradients();
            activation.Backward(x);
            Assert.Equal(4 * 6 * channels, activation.Weight.Gradient[0]);
        }
    }

    private static double LogOnePlus(double u) => u < 1e-7 ? u : Math.Log(1 + u);

    private static Activation Make(string name) => name switch
    {
        "ReLU" => new ReLU(),
        "LeakyReLU" => new LeakyReLU(0.2f),
        "Tanh" => new Tanh(),
        "Sigmoid" => new Sigmoid(),
        "GELU" => new GELU(),
        _ => Cases[name].Make(),
    };
}
