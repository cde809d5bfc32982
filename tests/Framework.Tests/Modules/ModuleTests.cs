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
        ["SpectralNorm of Conv2D"] =
            (() => Filled(new SpectralNorm(new Conv2D(2, 3, (3, 2)), new RandomSource(1, "u"))), new(2, 2, 5, 4), new(2, 3, 5, 4)),
        ["SpectralNorm of Linear"] = (() => Filled(new SpectralNorm(new Linear(5, 3), new RandomSource(1, "u"))), new(2, 5), new(2, 4)),
        ["Upsample2D"] = (() => new Upsample2D(2), new(2, 3, 2, 3), new(2, 3)),
        ["Upsample2D bilinear"] = (() => new Upsample2D((2, 1), UpsampleMode.Bilinear), new(2, 3, 2, 3), new(2, 3)),
        ["PixelShuffle"] = (() => new PixelShuffle(2), new(2, 4, 2, 3), new(2, 6, 2, 3)),
        ["AvgPool2D"] = (() => new AvgPool2D(2), new(2, 3, 4, 3), new(2, 3, 1, 3)),
        ["MaxPool2D"] = (() => new MaxPool2D(2), new(2, 3, 4, 3), new(2, 3, 4, 1)),
        ["GlobalAvgPool2D"] = (() => new GlobalAvgPool2D(), new(2, 3, 4, 3), new(2, 3)),
        ["GlobalSumPool2D"] = (() => new GlobalSumPool2D(), new(2, 3, 4, 3), new(2, 3, 0, 3)),
        ["Upsample2D to a size"] = (() => Upsample2D.To((5, 4)), new(2, 3, 4, 3), new(2, 3, 6, 3)),
        ["DiffAugment"] = (() => new DiffAugment(), new(2, 3, 4, 3), new(2, 3)),
        ["SelfAttention2D"] = (() => new SelfAttention2D(8), new(2, 8, 4, 3), new(2, 4, 4, 3)),
        ["SelfAttention2D of a row of pixels"] = (() => new SelfAttention2D(8), new(2, 8, 4, 3), new(2, 8, 1, 3)),
        ["SelfAttention2D of a column of pixels"] = (() => new SelfAttention2D(8), new(2, 8, 4, 3), new(2, 8, 4, 1)),
        ["SelfAttention2D of a matrix"] = (() => new SelfAttention2D(8), new(2, 8, 4, 3), new(2, 8)),
        ["MinibatchStdDev"] = (() => new MinibatchStdDev(), new(8, 2, 3, 2), new(6, 2, 3, 2)),
        ["MinibatchStdDev of other parts"] = (() => new MinibatchStdDev(channels: 2), new(4, 2, 3, 2), new(4, 3, 3, 2)),
        ["MinibatchStdDev of no channels"] = (() => new MinibatchStdDev(), new(4, 2, 3, 2), new(4, 0, 3, 2)),
        ["MinibatchStdDev of a matrix"] = (() => new MinibatchStdDev(), new(4, 2, 3, 2), new(4, 2)),
        ["Softmax"] = (() => new Softmax(), new(2, 5, 2, 3), new(2, 5, 2)),
        ["Softmax of rows"] = (() => new Softmax(), new(2, 5), new(5)),
        ["Dropout2D"] = (() => new Dropout2D(0.5, new RandomSource(1, "d")), new(2, 3, 2, 2), new(2, 3)),
        ["Residual"] = (() => new Residual(new Linear(4, 4)), new(2, 4), new(2, 3)),
        ["Concat"] = (() => new Concat(new Linear(4, 4), new Tanh()), new(2, 4), new(2, 3)),
        ["GroupNorm"] = (() => new GroupNorm(2, 4), new(2, 4, 2, 3), new(2, 3, 2, 3)),
        ["GroupNorm of rank 3"] = (() => new GroupNorm(2, 4), new(2, 4), new(2, 4, 3)),
        ["GroupNorm of single values"] = (() => new GroupNorm(4, 4), new(2, 4, 2, 3), new(2, 4)),
        ["InstanceNorm2D"] = (() => new InstanceNorm2D(4), new(2, 4, 2, 3), new(2, 4)),
        ["InstanceNorm2D of a pixel"] = (() => new InstanceNorm2D(4), new(2, 4, 1, 3), new(2, 4, 1, 1)),
        ["LayerNorm"] = (() => new LayerNorm(4, 2, 3), new(2, 4, 2, 3), new(2, 4, 3, 2)),
        ["LayerNorm of rows"] = (() => new LayerNorm(4), new(2, 4), new(2, 4, 1, 1)),
        ["LayerNorm without factors"] = (() => new LayerNorm(1e-5, false, 4), new(2, 4), new(2, 5)),
        ["PixelNorm"] = (() => new PixelNorm(), new(2, 4, 2, 3), new(2, 4, 2)),
        ["PReLU"] = (() => new PReLU(), new(2, 4, 2, 3), new(2, 4, 2)),
        ["PReLU per channel"] = (() => new PReLU(4), new(2, 4, 2, 3), new(2, 3, 2, 3)),
        ["Embedding"] = (() => Labelled(new Embedding(3, 4), 2, 0), new(2, 4, 2, 3), new(3, 4)),
        ["ProjectionLogit"] = (() => Projection(), new(2, 4), new(2, 4, 1, 1)),
        ["ProjectionLogit of other features"] = (() => Projection(), new(2, 4), new(2, 5)),
        ["ProjectionLogit of other rows"] = (() => Projection(), new(2, 4), new(3, 4)),
        ["ConditionalBatchNorm2D"] = (() => Conditional(), new(2, 4, 2, 3), new(2, 3, 2, 3)),
        ["ConditionalBatchNorm2D of other rows"] = (() => Conditional(), new(2, 4, 2, 3), new(3, 4, 2, 3)),
        ["Sequential"] = (() => new Sequential(new Linear(4, 3), new Tanh()), new(2, 4), new(2, 3)),
    };

    private static List<Func<Module>> Every { get; } =
    [
        .. Cases.Values.Select(item => item.Module), () => new ReLU(), () => new LeakyReLU(), () => new Tanh(), () => new Sigmoid(),
        () => new Dropout(0.5, new RandomSource(1, "d")), () => new Flatten(), () => new SiLU(), () => new GELU(),
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
        Assert.Equal(
            Assert.Throws<ArgumentException>(() => layer.Forward(new Tensor(wrong))).Message,
            Assert.Throws<ArgumentException>(() => layer.OutputShape(wrong)).Message);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10_000, layer.OutputShape(new Shape(1, 2, 10_000, 10_000)).H, 2d);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    private static ProjectionLogit Projection()
    {
        var logit = new ProjectionLogit(4, 3);
        ((Embedding)logit.Children[1]).SetLabels([2, 0]);
        return logit;
    }

    private static ConditionalBatchNorm2D Conditional()
    {
        var norm = new ConditionalBatchNorm2D(4, 3);
        ((Embedding)norm.Children[1]).SetLabels([2, 0]);
        return norm;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_of_none_or_one_is_a_batch(string name)
    {
        (Func<Module> make, Shape input, _) = Cases[name];
        foreach (int n in new[] { 0, 1 })
        {
            Module module = make();
            if ((n == 0 && name.Contains("BatchNorm2D", StringComparison.Ordinal)) || name is "Pack" or "Pack of a matrix")
            {
                continue; // refused
            }

            foreach (IClassConditional labelled in module.Descendants().OfType<IClassConditional>())
            {
                labelled.SetLabels(new int[n]);
            }

            int[] shape = [n, .. input.ToArray()[1..]];
            Tensor y = module.Forward(Values.Normal(new Shape(shape), name));
            Assert.Equal(n, y.Shape.N);
            Assert.Equal(shape, module.Backward(y).Shape.ToArray());
        }
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
        Assert.Contains(
            output.ToString(), Assert.Throws<ArgumentException>(() => module.Backward(new Tensor(wrong))).Message,
            StringComparison.Ordinal);
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

    /// <summary>More elements than one thread takes at a time, and not a multiple of them.</summary>
    [Fact]
    public void All_gradients_become_zero()
    {
        Sequential network = [new Linear(150, 231), new Linear(231, 3)];
        foreach (Parameter parameter in network.Parameters)
        {
            parameter.Gradient.Span.Fill(1);
        }

        network.ZeroGradients();
        Assert.All(network.Parameters, parameter => Assert.False(parameter.Gradient.Span.ContainsAnyExcept(0f)));
    }

    /// <summary>
    /// The operator C belongs to a size: a layer that has seen another must say what a fresh one says, forward and backward.
    /// </summary>
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
    public void An_empty_batch_passes_through()
    {
        var network = new Sequential(
            new Linear(3, 8), new Reshape(2, 2, 2), new ReLU(), new ConvTranspose2D(2, 3, 4, 2, 1), new LeakyReLU(0.2f),
            new Conv2D(3, 2, 3), new Tanh(), new Flatten());
        Tensor y = network.Forward(new Tensor(new Shape(0, 3)));
        Assert.Equal(new Shape(0, 8), y.Shape);
        Assert.Equal(new Shape(0, 3), network.Backward(y).Shape);
        Assert.All(network.Parameters, parameter => Assert.All(parameter.Gradient.ToRowMajor(), value => Assert.Equal(0, value)));
    }

    private static T Labelled<T>(T module, params int[] labels)
        where T : Module, IClassConditional
    {
        module.SetLabels(labels);
        return module;
    }

    private static T Filled<T>(T module)
        where T : Module
    {
        Initializers.HeNormal(module, new RandomSource(1, "w"));
        return module;
    }
}
