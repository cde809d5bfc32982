using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>What a Sequential computes in place has the bits of the same modules one by one, and changes nothing that others see.</summary>
public sealed class InPlaceTests
{
    private static readonly Shape Image = new(3, 2, 6, 5);

    public static TheoryData<bool, float> Cases => new() { { true, 0.2f }, { true, 0 }, { false, 0.2f }, { false, 0 } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_bits_are_those_of_the_modules_one_by_one(bool isTraining, float slope)
    {
        Module[] chain = Chain(slope), apart = Chain(slope);
        Sequential sequential = [.. chain];
        sequential.SetTraining(isTraining);
        Array.ForEach(apart, module => module.SetTraining(isTraining));
        for (int round = 0; round < 2; round++)
        {
            Tensor x = Values.Normal(Image, $"x{round}"), y = x, dy = Values.Normal(new Shape(3, 1), $"dy{round}"), dx = dy;
            float[] before = x.ToRowMajor(), beforeDy = dy.ToRowMajor();
            Tensor[] outputs = [.. apart.Select(module => y = module.Forward(y))];
            Assert.Equal(y.ToRowMajor(), sequential.Forward(x).ToRowMajor());
            foreach (Module module in apart.Reverse())
            {
                dx = module.Backward(dx);
            }

            Assert.Equal(dx.ToRowMajor(), sequential.Backward(dy).ToRowMajor());
            Assert.Equal([.. before, .. beforeDy], [.. x.ToRowMajor(), .. dy.ToRowMajor()]);
            Assert.All(apart.Zip(chain), pair => Assert.Equal(Gradients(pair.First), Gradients(pair.Second)));
            Assert.Equal(apart.Length, outputs.Distinct().Count());
        }
    }

    /// <summary>As a gradient penalty goes: no batch normalisation.</summary>
    [Fact]
    public void So_are_those_of_a_penalty()
    {
        Module[] chain = [.. Chain(0.2f).Where(module => module is not BatchNorm2D)],
            apart = [.. Chain(0.2f).Where(module => module is not BatchNorm2D)];
        Sequential sequential = [.. chain];
        Tensor x = Values.Normal(Image, "x"), y = x, dx = Values.Normal(new Shape(3, 1), "dy"), dy = dx, ddx = Values.Normal(Image, "ddx");
        Array.ForEach(apart, module => y = module.Forward(y));
        foreach (Module module in apart.Reverse())
        {
            dx = module.Backward(dx);
        }

        Tensor ddy = ddx;
        Array.ForEach(apart, module => ddy = module.DoubleBackward(ddy));
        sequential.Forward(x);
        Assert.Equal(dx.ToRowMajor(), sequential.Backward(dy).ToRowMajor());
        Assert.Equal(ddy.ToRowMajor(), sequential.DoubleBackward(ddx).ToRowMajor());
        Assert.All(apart.Zip(chain), pair => Assert.Equal(Gradients(pair.First), Gradients(pair.Second)));
    }

    /// <summary>In training a module hands out the same tensor again and again, so what it got before shows what became of it.</summary>
    [Fact]
    public void Only_what_nobody_reads_again_is_overwritten()
    {
        Tensor x = Values.Normal(Image, "x");
        var convolution = new Conv2D(2, 3, 3);
        Tensor seen = convolution.Forward(x);
        new Sequential(convolution, new ReLU(), new Conv2D(3, 1, 3)).Forward(x);
        Assert.All(seen.ToRowMajor(), value => Assert.True(value >= 0));

        foreach (Module[] chain in new Module[][]
        {
            [new Tanh(), new ReLU()], [new InstanceNorm2D(2), new ReLU()], [new Conv2D(2, 3, 3), new Negated()], [new OwnMap(), new ReLU()],
        })
        {
            seen = chain[0].Forward(x);
            float[] before = seen.ToRowMajor();
            new Sequential(chain).Forward(x);
            Assert.Equal(before, seen.ToRowMajor());
        }
    }

    /// <summary>Within the chain results are reused, but what it returns is the caller's, also where its end only passes it on.</summary>
    [Fact]
    public void In_inference_mode_a_result_stays_as_it_is()
    {
        foreach (Module[] end in new Module[][]
        {
            [new Linear(6, 4)], [new Linear(6, 4), new ReLU()], [new Linear(6, 4), new Dropout(0.5f)],
            [new Linear(6, 4), new Sequential(new Dropout(0.5f), new ReLU())],
            [new Linear(6, 4), new Sequential(Lambda.Identity())],
        })
        {
            Sequential network = [new Linear(3, 6), new ReLU(), .. end];
            network.SetTraining(false);
            Tensor x = Values.Normal(new Shape(2, 3), "x"), other = Values.Normal(new Shape(2, 3), "other");
            Tensor first = network.Forward(x);
            float[] before = first.ToRowMajor();
            Assert.NotEqual(before, network.Forward(other).ToRowMajor());
            Assert.Equal(before, first.ToRowMajor());
            Assert.Equal(before, network.Forward(x).ToRowMajor());

            // A module of the chain by itself returns fresh tensors, too, also after the chain failed within it.
            Assert.Throws<ArgumentException>(() => network.Forward(Values.Normal(new Shape(2, 4), "bad")));
            Tensor alone = network[0].Forward(x);
            before = alone.ToRowMajor();
            network[0].Forward(other);
            network.Forward(other);
            Assert.Equal(before, alone.ToRowMajor());
        }
    }

    /// <summary>The same for images, whose last modules are computed together, or belong to somebody who may keep what they got.</summary>
    [Fact]
    public void So_does_a_result_of_two_modules_computed_together()
    {
        List<Tensor> seen = [];
        Lambda watcher = new(x => { seen.Add(x); return x; }, (_, dy) => dy);
        foreach (Module[] end in new Module[][]
        {
            [new BatchNorm2D(2), new ReLU()], [new BatchNorm2D(2), new ReLU(), new LeakyReLU(0.5f), new ReLU()],
            [new Upsample2D(2), new Conv2D(2, 3, 3, padding: 1)], [watcher, new Upsample2D(2), new Conv2D(2, 3, 3, padding: 1)],
            [new Residual(watcher, new Conv2D(2, 2, 1)), new ReLU()], [new OwnMap(), new ReLU()],
        })
        {
            Sequential network = [new Conv2D(2, 2, 3), .. end];
            network.SetTraining(false);
            seen.Clear();
            Tensor first = network.Forward(Values.Normal(Image, "x"));
            float[] before = first.ToRowMajor();
            float[][] given = [.. seen.Select(tensor => tensor.ToRowMajor())];
            network.Forward(Values.Normal(Image, "other"));
            Assert.Equal(before, first.ToRowMajor());
            Assert.Equal(given, seen.Take(given.Length).Select(tensor => tensor.ToRowMajor()));
        }
    }

    [Fact]
    public void In_inference_mode_only_the_result_of_a_chain_takes_new_memory()
    {
        Sequential network = [new Linear(3, 5000), new ReLU(), new Linear(5000, 20), new LeakyReLU(0.5f), new Linear(20, 1), new Tanh()];
        network.SetTraining(false);
        Tensor x = Values.Normal(new Shape(40, 3), "x");
        network.Forward(x);
        long before = GC.GetAllocatedBytesForCurrentThread();
        network.Forward(x);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 4000);
    }

    [Fact]
    public void A_batch_normalisation_and_its_rectifier_are_computed_together()
    {
        var norm = new BatchNorm2D(3);
        Assert.IsType<RectifiedBatchNorm>(norm.FusedWith(new ReLU()));
        Assert.IsType<RectifiedBatchNorm>(norm.FusedWith(new LeakyReLU(0.2f)));
        Assert.All(new Module[] { new Negated(), new Tanh(), new BatchNorm2D(3) }, next => Assert.Null(norm.FusedWith(next)));
        Sequential chain = [norm, new ReLU()];
        ArgumentException error = Assert.Throws<ArgumentException>(() => chain.Forward(new Tensor(new Shape(2, 4, 5, 5))));
        Assert.StartsWith("Sequential[0] BatchNorm2D: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Without γ and β, and with a β that changes after the Forward, which Backward is of.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Its_bits_are_those_of_the_two(bool affine, bool isTraining)
    {
        BatchNorm2D norm = Norm(), apart = Norm();
        var rectifier = new ReLU();
        Sequential chain = [norm, new ReLU()];
        chain.SetTraining(isTraining);
        apart.SetTraining(isTraining);
        Tensor x = Values.Normal(Image, "x"), dy = Values.Normal(Image, "dy");
        Assert.Equal(rectifier.Forward(apart.Forward(x)).ToRowMajor(), chain.Forward(x).ToRowMajor());
        norm.Bias?.Value.Span.Fill(9);
        apart.Bias?.Value.Span.Fill(9);
        Assert.Equal(apart.Backward(rectifier.Backward(dy)).ToRowMajor(), chain.Backward(dy).ToRowMajor());
        Assert.Equal(Gradients(apart), Gradients(norm));

        BatchNorm2D Norm()
        {
            var made = new BatchNorm2D(Image.C, affine: affine);
            made.Weight?.Value.Span.Fill(-0.75f);
            made.Bias?.Value.Span.Fill(0.5f);
            return made;
        }
    }

    private static Module[] Chain(float slope)
    {
        RandomSource.Default = new RandomSource(7, "chain");
        return
        [
            new LeakyReLU(slope), new Conv2D(2, 4, (3, 2)), new LeakyReLU(slope), new ConvTranspose2D(4, 3, 2, stride: 2),
            new BatchNorm2D(3), new LeakyReLU(slope), new Upsample2D(2), new SpectralNorm(new Conv2D(3, 2, 3)),
            new LeakyReLU(slope), new Flatten(), new LeakyReLU(slope), new Linear(2 * 14 * 14, 5), new LeakyReLU(slope),
            new Linear(5, 1), new LeakyReLU(slope),
        ];
    }

    private static float[] Gradients(Module module) =>
        [.. module.Parameters.SelectMany(parameter => parameter.Gradient.ToRowMajor())];

    /// <summary>Could not do it in place: it reads x after it has written y.</summary>
    private sealed class Negated() : LeakyReLU(0.5f)
    {
        protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
        {
            y.Clear();
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = -x[i];
            }
        }
    }

    /// <summary>Somebody's layer, which may keep what it made.</summary>
    private sealed class OwnMap : LinearMap
    {
        protected override Shape OutputShape(Shape x) => x;

        protected override void Apply(Tensor x, Tensor y, int item) => Copy(x, y, item);

        protected override void ApplyTransposed(Tensor dy, Tensor dx, int item) => Copy(dy, dx, item);

        private static void Copy(Tensor from, Tensor to, int item)
        {
            int length = from.Shape.Count / from.Shape.N;
            from.Span.Slice(item * length, length).CopyTo(to.Span[(item * length)..]);
        }
    }
}
