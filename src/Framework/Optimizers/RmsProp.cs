using MiniGan.Modules;

namespace MiniGan.Optimizers;

/// <summary>
/// RMSProp: Tieleman and Hinton 2012, "Lecture 6.5: divide the gradient by a running average of its recent magnitude" (Coursera). A step is
/// v ← αv + (1 − α)g²; θ ← θ − η · g / (√v + ε).
/// </summary>
/// <remarks>
/// As PyTorch's <c>RMSprop</c> without momentum: ε is outside the root, and v, zero at first, is not corrected for its
/// bias. Its state: <c>second_moment</c>, v.
/// </remarks>
public sealed class RmsProp : Optimizer
{
    /// <summary>Makes an optimiser with v = 0.</summary>
    /// <param name="parameters">What to optimise, each once.</param>
    /// <param name="learningRate">η, positive.</param>
    /// <param name="alpha">α, the decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">A parameter is null, or a duplicate.</exception>
    public RmsProp(IEnumerable<Parameter> parameters, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8)
        : this(learningRate, alpha, epsilon) => Bind(parameters);

    /// <summary>Makes an optimiser for a trainer, which gives it its parameters.</summary>
    /// <param name="learningRate">η, positive.</param>
    /// <param name="alpha">α, the decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RmsProp(double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8)
        : base(learningRate, "second_moment")
    {
        RequireDecay(alpha, nameof(alpha));
        RequirePositive(epsilon, nameof(epsilon));
        (Alpha, Epsilon) = (alpha, epsilon);
    }

    /// <summary>α.</summary>
    public double Alpha { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override void Update(Chunk chunk)
    {
        Span<float> v = chunk.State(0), scratch = stackalloc float[chunk.Length];
        TensorPrimitives.Multiply(chunk.Gradient, chunk.Gradient, scratch);
        TensorPrimitives.Lerp(v, scratch, (float)(1 - Alpha), v);
        TensorPrimitives.Sqrt(v, scratch);
        TensorPrimitives.Add(scratch, (float)Epsilon, scratch);
        TensorPrimitives.Divide(chunk.Gradient, scratch, scratch);
        TensorPrimitives.MultiplyAdd(scratch, -(float)LearningRate, chunk.Value, chunk.Value);
    }
}
