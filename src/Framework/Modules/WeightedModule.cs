using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// A module with a learnable weight and, if it has one, a learnable bias per output channel: what initialisers fill and
/// <see cref="SpectralNorm"/> divides.
/// </summary>
public abstract class WeightedModule : Module
{
    /// <summary>Makes a module whose weight and bias have PyTorch's default values; see <see cref="Initializers.Default"/>.</summary>
    /// <param name="weight">The shape of the weight, of two dimensions or more.</param>
    /// <param name="outputs">Output channels or features, for the bias.</param>
    /// <param name="bias">Whether there is one.</param>
    protected WeightedModule(Shape weight, int outputs, bool bias)
    {
        // The streams are chosen now, so that weights do not depend on the order in which they are first used.
        ulong seed = RandomSource.Default.NextUInt64();
        float bound = Initializers.DefaultBound(weight);
        Action<Tensor> Uniform(string name) => tensor => new RandomSource(seed, name).FillUniform(tensor.Span, -bound, bound);
        Weight = new Parameter("weight", weight, Uniform("weight"));
        Bias = bias ? new Parameter("bias", new Shape(outputs), Uniform("bias")) : null;
        Parameters = Bias is null ? [Weight] : [Weight, Bias];
    }

    /// <summary>Makes a module without a bias, whose weight has other values at first.</summary>
    /// <param name="weight">The shape of the weight, of two dimensions or more.</param>
    /// <param name="initialize">Fills the weight when it is first used, from a stream of its own.</param>
    protected WeightedModule(Shape weight, Action<Tensor, RandomSource> initialize)
    {
        ArgumentNullException.ThrowIfNull(initialize);
        ulong seed = RandomSource.Default.NextUInt64();
        Weight = new Parameter("weight", weight, tensor => initialize(tensor, new RandomSource(seed, "weight")));
        Parameters = [Weight];
    }

    /// <summary>The weight.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, one per output channel; null if the module has none.</summary>
    public Parameter? Bias { get; }

    /// <summary>
    /// Which dimension of the weight is the output's: 0, but 1 for transposed convolutions. The weight as a matrix has
    /// a row per index of it.
    /// </summary>
    public virtual int OutputAxis => 0;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters { get; }
}
