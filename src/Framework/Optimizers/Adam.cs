using MiniGan.Modules;

namespace MiniGan.Optimizers;

/// <summary>
/// Adam with bias correction: Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1. A step is m ← β₁m + (1 − β₁)g;
/// v ← β₂v + (1 − β₂)g²; θ ← θ − α / (1 − β₁ᵗ) · m / (√(v / (1 − β₂ᵗ)) + ε).
/// </summary>
/// <remarks>Its state: <c>first_moment</c>, m, and <c>second_moment</c>, v, zero at first.</remarks>
/// <example>
/// <code>
/// var of = new Adam(learningRate: 2e-4, beta1: 0.5); // DCGAN's
/// var ofWganGp = new Adam(1e-4, beta1: 0, beta2: 0.9);
/// </code>
/// </example>
public class Adam : Optimizer
{
    private float stepSize, rootCorrection;

    /// <summary>Makes an optimiser with zero moments.</summary>
    /// <param name="parameters">What to optimise, each once.</param>
    /// <param name="learningRate">α, positive.</param>
    /// <param name="beta1">β₁, the decay of the mean gradient, in [0, 1).</param>
    /// <param name="beta2">β₂, the decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">A parameter is null, or a duplicate.</exception>
    public Adam(
        IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : this(learningRate, beta1, beta2, epsilon) => Bind(parameters);

    /// <summary>Makes an optimiser for a trainer, which gives it its parameters.</summary>
    /// <param name="learningRate">α, positive.</param>
    /// <param name="beta1">β₁, the decay of the mean gradient, in [0, 1).</param>
    /// <param name="beta2">β₂, the decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(learningRate, "first_moment", "second_moment")
    {
        RequireDecay(beta1, nameof(beta1));
        RequireDecay(beta2, nameof(beta2));
        RequirePositive(epsilon, nameof(epsilon));
        (Beta1, Beta2, Epsilon) = (beta1, beta2, epsilon);
    }

    /// <summary>β₁.</summary>
    public double Beta1 { get; }

    /// <summary>β₂.</summary>
    public double Beta2 { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override void BeginStep()
    {
        stepSize = (float)(LearningRate / (1 - Math.Pow(Beta1, Steps)));
        rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps)));
    }

    /// <inheritdoc/>
    protected override void Update(Chunk chunk)
    {
        Span<float> m = chunk.State(0), v = chunk.State(1), scratch = stackalloc float[chunk.Length];
        TensorPrimitives.Lerp(m, chunk.Gradient, (float)(1 - Beta1), m);
        TensorPrimitives.Multiply(chunk.Gradient, chunk.Gradient, scratch);
        TensorPrimitives.Lerp(v, scratch, (float)(1 - Beta2), v);
        TensorPrimitives.Sqrt(v, scratch);
        TensorPrimitives.Multiply(scratch, rootCorrection, scratch);
        TensorPrimitives.Add(scratch, (float)Epsilon, scratch);
        TensorPrimitives.Divide(m, scratch, scratch);
        TensorPrimitives.MultiplyAdd(scratch, -stepSize, chunk.Value, chunk.Value);
    }
}
