using MiniGan.Checkpoints;
using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Its derivatives are in <see cref="GradientTests"/>. Alone, as threads and garbage are everyone's.</summary>
[Collection("alone")]
public sealed class SpectralNormTests
{
    private static readonly Shape Image = new(2, 4, 5, 6);

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static Dictionary<string, (Func<SpectralNorm> Make, Shape Input)> Cases { get; } = new()
    {
        ["Conv2D"] = (() => Filled(new SpectralNorm(new Conv2D(4, 6, (3, 2)), Random())), Image),
        ["Conv2D of one channel"] = (() => Filled(new SpectralNorm(new Conv2D(4, 1, (2, 3), bias: false), Random())), Image),
        ["Conv2D in groups"] = (() => Filled(new SpectralNorm(new Conv2D(4, 6, (2, 4), groups: 2), Random())), Image),
        ["ConvTranspose2D"] = (() => Filled(new SpectralNorm(new ConvTranspose2D(4, 6, (3, 2), 2), Random())), Image),
        ["ConvTranspose2D in groups"] =
            (() => Filled(new SpectralNorm(new ConvTranspose2D(4, 6, (2, 3), groups: 2, bias: false), Random())), Image),
        ["Linear"] = (() => Filled(new SpectralNorm(new Linear(9, 5), Random())), new(3, 9)),
        ["Linear to one"] = (() => Filled(new SpectralNorm(new Linear(30, 1), Random())), new(3, 30)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Sigma_is_the_largest_singular_value(string name)
    {
        (Func<SpectralNorm> make, Shape input) = Cases[name];
        SpectralNorm module = make();
        Tensor x = Values.Normal(input, "x");
        int axis = module.Inner.OutputAxis;
        double expected = LargestSingularValue(Matrix(module.Weight.Value, axis));
        module.Forward(x);
        Assert.InRange(module.Sigma / expected, 0.9, 1.00001); // 15 iterations, from below
        for (int i = 0; i < 300; i++)
        {
            module.Forward(x);
        }

        Assert.Equal(1, module.Sigma / expected, 1e-5);
        Assert.Equal(1, Norm(module.U), 1e-5);
        Assert.Equal(1, Norm(module.V), 1e-5);
        Assert.Equal(1, LargestSingularValue(Matrix(module.Inner.Weight.Value, axis)), 1e-5);

        // v means what PyTorch's means: Wᵀ · u = σ · v, with the rows of W in row-major order.
        float[,] w = Matrix(module.Weight.Value, axis);
        for (int j = 0; j < module.V.Shape.N; j++)
        {
            double sum = 0;
            for (int i = 0; i < module.U.Shape.N; i++)
            {
                sum += w[i, j] * (double)module.U[i];
            }

            Assert.Equal(expected * module.V[j], sum, 1e-3 * expected);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_module_with_a_loaded_state_goes_on_to_the_last_bit(string name)
    {
        (Func<SpectralNorm> make, Shape input) = Cases[name];
        SpectralNorm module = make(), loaded = make();
        Train(module, input, 3);

        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "state.safetensors");
        SafetensorsWriter.Write(path, new SafetensorsFile(module.State, new Dictionary<string, string>()));
        foreach ((NamedTensor from, NamedTensor to) in SafetensorsReader.Read(path).Tensors.Zip(loaded.State))
        {
            Assert.Equal((from.Name, from.Value.Shape), (to.Name, to.Value.Shape));
            from.Value.Span.CopyTo(to.Value.Span);
        }

        // In inference first, where nothing moves.
        Tensor x = Values.Normal(input, "x");
        float[] before = Flat(module);
        module.SetTraining(false);
        loaded.SetTraining(false);
        Assert.Equal(module.Forward(x).ToRowMajor(), loaded.Forward(x).ToRowMajor());
        Assert.Equal(before, Flat(module));
        Assert.Equal(before, Flat(loaded));

        module.SetTraining(true);
        loaded.SetTraining(true);
        Train(module, input, 2);
        Train(loaded, input, 2);
        Assert.Equal(Flat(module), Flat(loaded));
        Assert.NotEqual(before, Flat(module));
    }

    [Fact]
    public void Names_shapes_and_order_are_PyTorchs()
    {
        var module = new SpectralNorm(new Conv2D(4, 6, (3, 2), groups: 2), Random());
        Assert.Equal(
            ["bias [6]", "weight_orig [6, 2, 3, 2]"], module.Parameters.Select(parameter => $"{parameter.Name} {parameter.Value.Shape}"));
        Assert.Equal(
            ["bias [6]", "weight_orig [6, 2, 3, 2]", "weight_u [6]", "weight_v [12]"],
            module.State.Select(item => $"{item.Name} {item.Value.Shape}"));
        module = new SpectralNorm(new ConvTranspose2D(4, 6, (3, 2), groups: 2), Random());
        Assert.Equal(
            ["bias [6]", "weight_orig [4, 3, 3, 2]", "weight_u [3]", "weight_v [24]"],
            module.State.Select(item => $"{item.Name} {item.Value.Shape}"));
        Assert.Equal(
            ["weight_orig", "weight_u", "weight_v"],
            new SpectralNorm(new Linear(3, 2, bias: false), Random()).State.Select(item => item.Name));
    }

    [Fact]
    public void Initialisers_fill_the_weight_that_is_learned()
    {
        var linear = new Linear(200, 300);
        var module = new SpectralNorm(linear, Random());
        linear.Bias!.Value.Span.Fill(9);
        Initializers.Dcgan(module, new RandomSource(1, "w"));
        Assert.Equal(0.02, Norm(module.Weight.Value) / Math.Sqrt(200 * 300), 1e-3);
        Assert.All(linear.Bias.Value.ToRowMajor(), value => Assert.Equal(0, value));
        Initializers.HeNormal(module, new RandomSource(1, "w"));
        Assert.Equal(0.1, Norm(module.Weight.Value) / Math.Sqrt(200 * 300), 1e-2);
    }

    /// <summary>Whatever the scale of W, y is the same.</summary>
    [Fact]
    public void The_scale_of_the_weights_does_not_matter()
    {
        SpectralNorm module = Cases["Conv2D"].Make(), larger = Cases["Conv2D"].Make();
        foreach (ref float value in larger.Weight.Value.Span)
        {
            value *= 1024;
        }

        Tensor x = Values.Normal(Image, "x");
        Assert.Equal(module.Forward(x).ToRowMajor(), larger.Forward(x).ToRowMajor());
        Assert.Equal(1024 * module.Sigma, larger.Sigma);
    }

    [Fact]
    public void Zero_weights_are_refused_and_change_nothing()
    {
        var module = new SpectralNorm(new Linear(9, 5), Random());
        module.Weight.Value.Span.Clear();
        Tensor x = Values.Normal(new Shape(3, 9), "x");
        float[] before = Flat(module);
        Assert.Contains(
            "Initializers", Assert.Throws<NotFiniteNumberException>(() => module.Forward(x)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Flat(module));
        Assert.Equal(Cases["Linear"].Make().Forward(x).ToRowMajor(), Filled(module).Forward(x).ToRowMajor());
    }

    /// <summary>As a checkpoint may hold them: u and v are there, so no iteration would notice.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_that_became_zero_are_refused(bool isTraining)
    {
        SpectralNorm module = Cases["Conv2D"].Make();
        Tensor x = Values.Normal(Image, "x");
        module.Forward(x);
        module.Weight.Value.Span.Clear();
        module.SetTraining(isTraining);
        Assert.Throws<NotFiniteNumberException>(() => module.Forward(x));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void U_has_length_1_from_the_start(string name) => Assert.Equal(1, Norm(Cases[name].Make().U), 1e-6);

    [Fact]
    public void Gradients_that_are_not_wanted_stay_as_they_are()
    {
        SpectralNorm module = Cases["Conv2D"].Make();
        Tensor y = module.Forward(Values.Normal(Image, "x"));
        module.Weight.Gradient.Span.Fill(7);
        module.Backward(y, Gradients.Input);
        Assert.All(module.Weight.Gradient.ToRowMajor(), value => Assert.Equal(7, value));
    }

    [Fact]
    public void Null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new SpectralNorm(null!, Random()));
        Assert.Throws<ArgumentNullException>("x", () => Cases["Conv2D"].Make().Forward(null!));
    }

    [Fact]
    public void The_threads_change_no_bit_and_a_warm_step_allocates_next_to_nothing()
    {
        int before = Parallelism.Threads;
        try
        {
            float[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                Parallelism.Threads = threads;
                var module = Filled(new SpectralNorm(new Conv2D(19, 70, (3, 2)), Random()));
                Train(module, new Shape(3, 19, 9, 8), 3);
                return Flat(module);
            })];
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Parallelism.Threads = before;
        }

        SpectralNorm warm = Cases["Conv2D"].Make();
        Tensor x = Values.Normal(Image, "x");
        Garbage.NoneWhenWarm(() => warm.DoubleBackward(warm.Backward(warm.Forward(x))));
    }

    private static RandomSource Random() => new(3, "u");

    private static SpectralNorm Filled(SpectralNorm module)
    {
        Initializers.HeNormal(module, new RandomSource(4, "w"));
        return module;
    }

    private static void Train(SpectralNorm module, Shape input, int steps)
    {
        var optimizer = new Sgd(module.Parameters, 0.1);
        for (int i = 0; i < steps; i++)
        {
            Tensor y = module.Forward(Values.Normal(input, $"x{i}"));
            module.ZeroGradients();
            module.Backward(y);
            optimizer.Step();
        }
    }

    private static float[] Flat(SpectralNorm module) => [.. module.State.SelectMany(item => item.Value.ToRowMajor())];

    private static double Norm(Tensor tensor) => Math.Sqrt(Values.Dot(tensor, tensor));

    /// <summary>
    /// The weight as a matrix with a row per index of an axis, its columns in row-major order of the others: PyTorch's permute and reshape.
    /// </summary>
    private static float[,] Matrix(Tensor weight, int axis)
    {
        Shape shape = weight.Shape;
        int[] sizes = [shape.N, shape.C, shape.H, shape.W];
        float[] values = weight.ToRowMajor();
        var matrix = new float[sizes[axis], values.Length / sizes[axis]];
        int inner = sizes[(axis + 1)..].Aggregate(1, (product, size) => product * size);
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / inner % sizes[axis], column = (i / (inner * sizes[axis]) * inner) + (i % inner);
            matrix[row, column] = values[i];
        }

        return matrix;
    }

    /// <summary>By 2000 power iterations of Wᵀ · W in double.</summary>
    private static double LargestSingularValue(float[,] w)
    {
        int rows = w.GetLength(0), columns = w.GetLength(1);
        double[] v = [.. Enumerable.Range(0, columns).Select(j => Math.Sin(j + 1))];
        double sigma = 0;
        for (int iteration = 0; iteration < 2000; iteration++)
        {
            double[] product = [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Sum(j => w[i, j] * v[j]))];
            double[] back = [.. Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, rows).Sum(i => w[i, j] * product[i]))];
            double norm = Math.Sqrt(back.Sum(value => value * value));
            v = [.. back.Select(value => value / norm)];
            sigma = Math.Sqrt(norm);
        }

        return sigma;
    }
}
