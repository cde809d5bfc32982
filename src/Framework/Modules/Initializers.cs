using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>First values for the parameters of a module and all within it.</summary>
/// <remarks>
/// Layers begin with <see cref="Default"/>. The others fill the layers that they are for, those with a weight
/// (<see cref="WeightedModule"/>, <see cref="SpectralNorm"/>) and <see cref="BatchNorm2D"/>, whose biases become 0, and
/// leave every other parameter as it is, those of an <see cref="Embedding"/> among them.
/// </remarks>
public static class Initializers
{
    /// <summary>
    /// PyTorch's default: weights and biases of each <see cref="WeightedModule"/> uniform in ±1 / √(fan in), which is He et al. 2015 with a
    /// = √5. Fan in is the second dimension of the weight times the kernel.
    /// </summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="random">Where the values come from.</param>
    public static void Default(Module module, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        foreach ((Parameter weight, Parameter? bias) in Weighted(module))
        {
            float bound = DefaultBound(weight.Value.Shape);
            Set(weight, values => random.FillUniform(values, -bound, bound));
            if (bias is not null)
            {
                random.FillUniform(bias.Value.Span, -bound, bound);
            }
        }
    }

    /// <summary>
    /// Weights ~ N(0, σ²) and γ ~ N(1, σ²), σ = 0.02 (Radford, Metz and Chintala 2016, section 4, as PyTorch's DCGAN tutorial has it).
    /// </summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="random">Where the values come from.</param>
    /// <param name="standardDeviation">σ.</param>
    public static void Dcgan(Module module, RandomSource random, float standardDeviation = 0.02f) => Fill(
        module, (_, values) => random.FillNormal(values, 0, standardDeviation), gamma => random.FillNormal(gamma, 1, standardDeviation));

    /// <summary>Weights uniform in ±√(6 / (fan in + fan out)), γ = 1 (Glorot and Bengio 2010, equation 16): Keras's default.</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="random">Where the values come from.</param>
    public static void GlorotUniform(Module module, RandomSource random) => Fill(
        module,
        (shape, values) =>
        {
            float bound = (float)Math.Sqrt(6.0 / ((double)(shape.N + shape.C) * shape.H * shape.W));
            random.FillUniform(values, -bound, bound);
        },
        gamma => gamma.Fill(1));

    /// <summary>
    /// Weights ~ N(0, 2 / fan in), γ = 1 (He et al. 2015, equation 10), for networks of ReLUs. Fan in is the second
    /// dimension of the weight times the kernel.
    /// </summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="random">Where the values come from.</param>
    public static void HeNormal(Module module, RandomSource random) => Fill(
        module, (shape, values) => random.FillNormal(values, 0, (float)Math.Sqrt(2.0 / FanIn(shape))), gamma => gamma.Fill(1));

    /// <summary>The bound of PyTorch's default weights: 1 / √(fan in).</summary>
    internal static float DefaultBound(Shape weight) => 1 / MathF.Sqrt(FanIn(weight));

    private delegate void Filler(Shape shape, Span<float> rowMajor);

    private static void Fill(Module module, Filler weights, Action<Span<float>> gammas)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (Module layer in Layers(module))
        {
            foreach ((Parameter weight, Parameter? bias) in WeightOf(layer))
            {
                Set(weight, values => weights(weight.Value.Shape, values));
                bias?.Value.Span.Clear();
            }

            if (layer is BatchNorm2D { Weight: not null, Bias: not null } norm)
            {
                gammas(norm.Weight.Value.Span);
                norm.Bias.Value.Span.Clear();
            }
        }
    }

    private static IEnumerable<(Parameter Weight, Parameter? Bias)> Weighted(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Layers(module).SelectMany(WeightOf);
    }

    /// <summary>A module and all within it, but not the layers within spectral norms: their weights are results, not parameters.</summary>
    private static IEnumerable<Module> Layers(Module module) =>
        module is SpectralNorm ? [module] : module.Children.SelectMany(Layers).Prepend(module);

    private static IEnumerable<(Parameter Weight, Parameter? Bias)> WeightOf(Module module) => module switch
    {
        Embedding or SpectralNorm { Inner: Embedding } => [],
        SpectralNorm norm => [(norm.Weight, norm.Inner.Bias)],
        WeightedModule weighted => [(weighted.Weight, weighted.Bias)],
        _ => [],
    };

    /// <summary>Sets a parameter from values in row-major order, whatever its own is.</summary>
    private static void Set(Parameter parameter, Action<Span<float>> fill)
    {
        float[] values = new float[parameter.Value.Shape.Count];
        fill(values);
        parameter.Value.CopyFromRowMajor(values);
    }

    private static long FanIn(Shape shape) => (long)shape.C * shape.H * shape.W;
}
