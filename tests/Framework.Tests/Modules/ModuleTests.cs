using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class ModuleTests
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    private static Dictionary<string, (Func<Module> Module, Shape Input, Shape Wrong)> Cases { get; } = new()
    {
        ["Conv2D"] = (() => new Conv2D(2, 3, 3), new(2, 2, 5, 4), new(2, 3, 5, 4)),
        ["Conv2D of a matrix"] = (() => new Conv2D(2, 3, 1), new(2, 2, 5, 4), new(2, 2)),
        ["ConvTranspose2D"] = (() => new ConvTranspose2D(2, 3, 3), new(2, 2, 5, 4), new(2, 1, 5, 4)),
        ["Linear"] = (() => new Linear(5, 3), new(2, 5), new(2, 4)),
        ["Linear of an image"] = (() => new Linear(5, 3), new(2, 5), new(2, 5, 1, 1)),
        ["BatchNorm2D"] = (() => new BatchNorm2D(3), new(2, 3, 2, 2), new(2, 2, 3, 2)),
        ["BatchNorm2D of a matrix"] = (() => new BatchNorm2D(3), new(2, 3, 2, 2), new(2, 3)),
        ["BatchNorm2D of a single value"] = (() => new BatchNorm2D(3), new(2, 3, 2, 2), new(1, 3, 1, 1)),
        ["Reshape"] = (() => new Reshape(2, 3), new(4, 6), new(4, 5)),
        ["Pack"] = (() => new Pack(2), new(4, 3, 2, 5), new(3, 3, 2, 5)),
        ["Pack of a matrix"] = (() => new Pack(2), new(4, 3, 2, 5), new(4, 3)),
        ["ClassLogit"] = (() => Labelled(new ClassLogit(3), 2, 0), new(2, 3), new(2, 4)),
        ["ConcatOneHot"] = (() => Labelled(new ConcatOneHot(3), 2, 0), new(2, 5), new(2, 4, 1, 1)),
        ["ConcatOneHot of other rows"] = (() => Labelled(new ConcatOneHot(3), 2, 0), new(2, 5), new(3, 5)),
        ["ClassLogit of other rows"] = (() => Labelled(new ClassLogit(3), 2, 0), new(2, 3), new(3, 3)),
        ["SpectralNorm of Conv2D"] = (() => Filled(new SpectralNorm(new Conv2D(2, 3, (3, 2)), new RandomSource(1, "u"))), new(2, 2, 5, 4), new(2, 3, 5, 4)),
        ["SpectralNorm of Linear"] = (() => Filled(new SpectralNorm(new Linear(5, 3), new RandomSource(1, "u"))), new(2, 5), new(2, 4)),
        ["Sequential"] = (() => new Sequential(new Linear(4, 3), new Tanh()), new(2, 4), new(2, 3)),
    };

    private static List<Func<Module>> Every { get; } =
    [
        .. Cases.Values.Select(item => item.Module), () => new ReLU(), () => new LeakyReLU(), () => new Tanh(), () => new Sigmoid(),
        () => new Dropout(0.5, new RandomSource(1, "d")), () => new Flatten(),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_input_is_refused_with_both_shapes(string name)
    {
        (Func<Module> make, _, Shape wrong) = Cases[name];
        string message = Assert.Throws<ArgumentException>(() => make().Forward(new Tensor(wrong))).Message;
        Assert.Contains(wrong.ToString(), message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Conv2D")]
    [InlineData("ConvTranspose2D")]
    public void The_output_of_a_convolution_is_told_without_computing_it(string name)
    {
        (Func<Module> make, Shape input, Shape wrong) = Cases[name];
        var layer = (ConvolutionModule)make();
        Assert.Equal(layer.Forward(new Tensor(input)).Shape, layer.OutputShape(input));
        Assert.Equal(Assert.Throws<ArgumentException>(() => layer.Forward(new Tensor(wrong))).Message, Assert.Throws<ArgumentException>(() => layer.OutputShape(wrong)).Message);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10_000, layer.OutputShape(new Shape(1, 2, 10_000, 10_000)).H, 2d);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    [Fact]
    public void Backward_before_Forward_is_refused() =>
        Assert.All(Every, make => Assert.Throws<InvalidOperationException>(() => make().Backward(new Tensor(new Shape(1)))));

    [Fact]
    public void Null_is_refused() => Assert.All(Every, make =>
    {
        Assert.Throws<ArgumentNullException>(() => make().Forward(null!));
        Assert.Throws<ArgumentNullException>(() => make().Backward(null!));
    });

    [Fact]
    public void A_chain_brings_all_that_is_in_it_into_a_mode()
    {
        var inner = new Sequential(new Tanh());
        var chain = new Sequential(new Linear(2, 2), inner);
        chain.SetTraining(false);
        Assert.Equal([false, false, false, false], new Module[] { chain, chain[0], inner, inner[0] }.Select(module => module.IsTraining));
        Assert.Throws<ArgumentNullException>(() => new Sequential((IReadOnlyList<Module>)null!));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_gradient_of_another_shape_is_refused(string name)
    {
        (Func<Module> make, Shape input, _) = Cases[name];
        Module module = make();
        Shape output = module.Forward(new Tensor(input)).Shape;
        var wrong = new Shape([output.N + 1, .. output.ToArray()[1..]]);
        Assert.Contains(output.ToString(), Assert.Throws<ArgumentException>(() => module.Backward(new Tensor(wrong))).Message, StringComparison.Ordinal);
    }

    /// <summary>Else a test that compares with them afterwards would compare a mistake with itself.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_module_leaves_its_operands_as_they_are(string name)
    {
        (Func<Module> make, Shape input, _) = Cases[name];
        Module module = make();
        Tensor x = Values.Normal(input, "x");
        float[] xs = x.ToRowMajor();
        Tensor y = module.Forward(x), dy = Values.Normal(y.Shape, "dy");
        float[] dys = dy.ToRowMajor();
        module.Backward(dy);
        Assert.Equal(xs, x.ToRowMajor());
        Assert.Equal(dys, dy.ToRowMajor());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_reuses_results_and_inference_hands_out_fresh_ones(string name)
    {
        (Func<Module> make, Shape input, _) = Cases[name];
        Module module = make();
        Tensor x = Values.Normal(input, name);
        Tensor first = module.Forward(x), firstDx = module.Backward(first);
        Assert.Same(first, module.Forward(x));
        Assert.Same(firstDx, module.Backward(first));

        module.SetTraining(false);
        Tensor handedOut = module.Forward(x), handedOutDx = module.Backward(handedOut);
        float[] y = handedOut.ToRowMajor(), dx = handedOutDx.ToRowMajor();
        Assert.NotSame(first, handedOut);
        Assert.NotSame(handedOut, module.Forward(x));
        module.SetTraining(true);
        Tensor other = Values.Normal(input, "other");
        module.Backward(module.Forward(other));
        Assert.Equal(y, handedOut.ToRowMajor());
        Assert.Equal(dx, handedOutDx.ToRowMajor());
    }

    /// <summary>The operator C belongs to a size: a layer that has seen another must say what a fresh one says, forward and backward.</summary>
    [Theory]
    [InlineData("Conv2D")]
    [InlineData("ConvTranspose2D")]
    public void A_convolution_takes_images_of_any_size_in_turn(string name)
    {
        ConvolutionModule used = Make();
        foreach ((int height, int width) in new[] { (5, 4), (5, 7), (8, 7), (5, 4) })
        {
            ConvolutionModule fresh = Make();
            used.ZeroGradients();
            Tensor x = Values.Normal(new Shape(2, 2, height, width), "x");
            Tensor expected = fresh.Forward(x), y = used.Forward(x);
            Assert.Equal(expected.Shape, y.Shape);
            Assert.Equal(expected.ToRowMajor(), y.ToRowMajor());
            Assert.Equal(fresh.Backward(expected).ToRowMajor(), used.Backward(y).ToRowMajor());
            Assert.Equal(fresh.Weight.Gradient.ToRowMajor(), used.Weight.Gradient.ToRowMajor());
        }

        ConvolutionModule Make()
        {
            ConvolutionModule layer = name == "Conv2D" ? new Conv2D(2, 3, 3, 2, 1) : new ConvTranspose2D(2, 3, 3, 2, 1);
            Initializers.HeNormal(layer, new RandomSource(1, "w"));
            return layer;
        }
    }

    [Fact]
    public void A_module_stands_in_a_chain_once()
    {
        var relu = new ReLU();
        Assert.Throws<ArgumentException>(() => new Sequential(relu, new Tanh(), relu));
        Assert.Throws<ArgumentException>(() => new Sequential(relu, new Sequential(new Tanh(), new Sequential(relu))));
        Assert.Throws<ArgumentException>(() => new Sequential(relu, null!));
        var linear = new Linear(3, 3);
        Assert.Throws<ArgumentException>(() => new Sequential(new SpectralNorm(linear, new RandomSource(1, "u")), linear));
    }

    [Fact]
    public void A_modules_own_result_may_be_its_next_input()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(2), [1, -1]);
        var leaky = new LeakyReLU(0.5f);
        Assert.Equal([1, -0.25f], leaky.Forward(leaky.Forward(x)).ToRowMajor());
        Assert.Equal([1, 0.25f], leaky.Backward(leaky.Backward(Tensor.FromRowMajor(new Shape(2), [1, 1]))).ToRowMajor());
        Assert.Equal([1, -1], x.ToRowMajor());

        var twice = new Conv2D(3, 3, 3, padding: 1);
        Initializers.HeNormal(twice, new RandomSource(1, "w"));
        Tensor image = Values.Normal(new Shape(2, 3, 4, 5), "image");
        float[] expected = twice.Forward(twice.Forward(image).Clone()).ToRowMajor();
        Assert.Equal(expected, twice.Forward(twice.Forward(image)).ToRowMajor());
    }

    [Fact]
    public void Infinities_pass_through_the_rectifiers()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(3), [float.PositiveInfinity, float.NegativeInfinity, float.NaN]);
        Assert.Equal([float.PositiveInfinity, 0, float.NaN], new ReLU().Forward(x).ToRowMajor());
        Assert.Equal([float.PositiveInfinity, float.NegativeInfinity, float.NaN], new LeakyReLU(0.2f).Forward(x).ToRowMajor());
    }

    [Fact]
    public void An_empty_batch_passes_through()
    {
        var network = new Sequential(
            new Linear(3, 8), new Reshape(2, 2, 2), new ReLU(), new ConvTranspose2D(2, 3, 4, 2, 1), new LeakyReLU(0.2f), new Conv2D(3, 2, 3), new Tanh(), new Flatten());
        Tensor y = network.Forward(new Tensor(new Shape(0, 3)));
        Assert.Equal(new Shape(0, 8), y.Shape);
        Assert.Equal(new Shape(0, 3), network.Backward(y).Shape);
        Assert.All(network.Parameters, parameter => Assert.All(parameter.Gradient.ToRowMajor(), value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Names_and_layouts_are_PyTorchs()
    {
        var network = new Sequential(
            new Linear(3, 8), new Reshape(2, 2, 2), new BatchNorm2D(2), new ConvTranspose2D(2, 3, (3, 4), 2, 1, bias: false), new Sequential(new Conv2D(3, 6, (1, 2), groups: 3)));
        Assert.Equal(
            [
                "0.weight [8, 3]", "0.bias [8]", "2.weight [2]", "2.bias [2]", "2.running_mean [2]", "2.running_var [2]",
                "3.weight [2, 3, 3, 4]", "4.0.weight [6, 1, 1, 2]", "4.0.bias [6]",
            ],
            network.State.Select(item => $"{item.Name} {item.Value.Shape}"));
        Assert.Equal(24 + 8 + 2 + 2 + 72 + 12 + 6, network.ParameterCount);
    }

    [Fact]
    public void Flattening_is_row_major_whatever_the_memory()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 2, 2, 3), [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (float)i), new Flatten().Forward(x).Span.ToArray());
        Assert.Equal([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11], x.Span.ToArray());
    }

    [Fact]
    public void Batch_normalisation_by_hand()
    {
        // Channel 0: 1, 3, 5, 7: mean 4, variance 5, unbiased 20/3. Channel 1: constant 2.
        var module = new BatchNorm2D(2, epsilon: 1e-12, momentum: 0.25);
        module.Weight.Value.CopyFromRowMajor([2, 3]);
        module.Bias.Value.CopyFromRowMajor([10, 20]);
        Tensor x = Tensor.FromRowMajor(new Shape(2, 2, 1, 2), [1, 3, 2, 2, 5, 7, 2, 2]);
        float[] y = module.Forward(x).ToRowMajor();
        float third = (float)(2 / Math.Sqrt(5));
        float[] expected = [10 - (3 * third), 10 - third, 20, 20, 10 + third, 10 + (3 * third), 20, 20];
        Assert.All(expected.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal([1, 0.5f], module.RunningMean.ToRowMajor());
        Assert.Equal(0.75f + (0.25f * 20 / 3), module.RunningVariance[0], 1e-6f);
        Assert.Equal(0.75f, module.RunningVariance[1]);

        // Inference: by the running mean 1 and the running variance 5.75, whatever the batch, and without moving them.
        module.SetTraining(false);
        double running = Math.Sqrt(0.75 + (0.25 * 20 / 3));
        Assert.Equal(10 + (2 * (7 - 1) / running), module.Forward(x)[1, 0, 0, 1], 1e-5);
        Assert.Equal(20 + (3 * (2 - 0.5) / Math.Sqrt(0.75)), module.Forward(x)[0, 1, 0, 0], 1e-5);
        Assert.Equal([1, 0.5f], module.RunningMean.ToRowMajor());
    }

    [Fact]
    public void Batch_normalisation_keeps_its_precision_far_from_zero()
    {
        Tensor x = Values.Normal(new Shape(64, 3, 16, 16), "x");
        TensorsShift(x, 1000);
        float[] y = new BatchNorm2D(3).Forward(x).ToRowMajor();
        Assert.InRange(y.Average(value => value * value), 0.999, 1.001);
        Assert.InRange(Math.Abs(y.Average()), 0, 1e-3);
    }

    [Fact]
    public void Initialisers_have_their_moments()
    {
        var module = new Conv2D(32, 64, 5);
        module.Bias!.Value.Span.Fill(9);
        Initializers.Dcgan(module, new RandomSource(1, "w"));
        AssertMoments(module.Weight.Value, 0.02);
        Assert.All(module.Bias.Value.ToRowMajor(), value => Assert.Equal(0, value));
        Initializers.HeNormal(module, new RandomSource(1, "w"));
        AssertMoments(module.Weight.Value, Math.Sqrt(2.0 / (32 * 25)));
        Initializers.GlorotUniform(module, new RandomSource(1, "w"));
        double bound = Math.Sqrt(6.0 / ((32 + 64) * 25));
        AssertMoments(module.Weight.Value, bound / Math.Sqrt(3));
        Assert.All(module.Weight.Value.ToRowMajor(), value => Assert.InRange(value, -bound, bound));

        var norm = new BatchNorm2D(1000);
        Initializers.GlorotUniform(norm, new RandomSource(1, "w"));
        Assert.All(norm.Weight.Value.ToRowMajor(), value => Assert.Equal(1, value));
        norm.Weight.Value.Span.Fill(9);
        Initializers.HeNormal(norm, new RandomSource(1, "w"));
        Assert.All(norm.Weight.Value.ToRowMajor(), value => Assert.Equal(1, value));
        Initializers.Dcgan(norm, new RandomSource(1, "w"));
        Assert.InRange(norm.Weight.Value.ToRowMajor().Average(), 0.99, 1.01);
    }

    [Fact]
    public void Layers_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Conv2D(0, 1, 3));
        Assert.Throws<ArgumentException>(() => new Conv2D(3, 4, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new Conv2D(4, 3, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new Conv2D(4, 4, 0));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2D(4, 3, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2D(1, 1, 3, 2, 1, outputPadding: 2));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2D(1, 1, 3, 2, Padding.Same, outputPadding: 1));
        Assert.Throws<ArgumentException>(() => new Linear(0, 1));
        Assert.Throws<ArgumentException>(() => new Linear(1, 0));
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(0));
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(1, epsilon: 0));
        Assert.Throws<ArgumentException>(() => new BatchNorm2D(1, momentum: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyReLU(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyReLU(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1, new RandomSource(1, "d")));
        Assert.Throws<ArgumentException>(() => new Reshape());
        Assert.Throws<ArgumentException>(() => new Reshape(1, 2, 3, 4));
        Assert.Throws<ArgumentException>(() => new Reshape(0));
        Assert.Throws<ArgumentException>(() => new Reshape(2, 0));
        Assert.Throws<ArgumentNullException>(() => new Reshape(null!));
        Assert.Throws<ArgumentException>(() => new Sequential());
        Assert.Throws<ArgumentNullException>(() => Initializers.Dcgan(null!, new RandomSource(1, "w")));
    }

    private static T Labelled<T>(T module, params int[] labels)
        where T : Module, IClassConditional
    {
        module.SetLabels(labels);
        return module;
    }

    private static SpectralNorm Filled(SpectralNorm module)
    {
        Initializers.HeNormal(module, new RandomSource(1, "w"));
        return module;
    }

    private static void AssertMoments(Tensor weights, double deviation)
    {
        float[] values = weights.ToRowMajor();
        Assert.InRange(values.Average() / deviation, -0.02, 0.02);
        Assert.InRange(Math.Sqrt(values.Average(value => (double)value * value)) / deviation, 0.98, 1.02);
    }

    private static void TensorsShift(Tensor x, float by)
    {
        foreach (ref float value in x.Span)
        {
            value += by;
        }
    }
}
