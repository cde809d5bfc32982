using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>First values for the parameters of a module and all within it. All start from zero weights, which learn nothing, so one of these is always called.</summary>
/// <remarks>Kernels and matrices are filled, in row-major order; biases become 0 and the γ of a normalisation 1 (or close to it).</remarks>
public static class Initializers
{
    /// <summary>Weights ~ N(0, σ²) and γ ~ N(1, σ²), σ = 0.02 (Radford, Metz and Chintala 2016, section 4, as PyTorch's DCGAN tutorial has it).</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="random">Where the values come from.</param>
    /// <param name="standardDeviation">σ.</param>
    public static void Dcgan(Module module, RandomSource random, float standardDeviation = 0.02f) =>
        Fill(module, (shape, values) => random.FillNormal(values, shape.Rank == 1 ? 1 : 0, standardDeviation));

    /// <summary>Weights uniform in ±√(6 / (fan in + fan out)) (Glorot and Bengio 2010, equation 16): Keras's default.</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="random">Where the values come from.</param>
    public static void GlorotUniform(Module module, RandomSource random) => Fill(module, (shape, values) =>
    {
        if (shape.Rank == 1)
        {
            values.Fill(1);
            return;
        }

        float bound = (float)Math.Sqrt(6.0 / ((double)(shape.N + shape.C) * shape.H * shape.W));
        random.FillUniform(values, -bound, bound);
    });

    /// <summary>Weights ~ N(0, 2 / fan in) (He et al. 2015, equation 10), for networks of ReLUs. Fan in is the second dimension times the kernel.</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="random">Where the values come from.</param>
    public static void HeNormal(Module module, RandomSource random) => Fill(module, (shape, values) =>
    {
        if (shape.Rank == 1)
        {
            values.Fill(1);
            return;
        }

        random.FillNormal(values, 0, (float)Math.Sqrt(2.0 / ((double)shape.C * shape.H * shape.W)));
    });

    private delegate void Filler(Shape shape, Span<float> rowMajor);

    private static void Fill(Module module, Filler fill)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (Parameter parameter in module.Parameters)
        {
            if (parameter.Name == "bias")
            {
                parameter.Value.Span.Clear();
                continue;
            }

            float[] values = new float[parameter.Value.Shape.Count];
            fill(parameter.Value.Shape, values);
            parameter.Value.CopyFromRowMajor(values);
        }
    }
}
