using MiniGan.Modules;

namespace MiniGan.Optimizers;

/// <summary>
/// Adam with decoupled weight decay: Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2. A step is
/// θ ← (1 − αλ)θ, then a step of <see cref="Adam"/>, whose moments know nothing of the decay.
/// </summary>
/// <remarks>
/// As PyTorch's <c>AdamW</c>: the decay has the learning rate α in it, so that a schedule scales both, as the paper's η does. It shrinks
/// all parameters, biases and normalisations included. Its state is Adam's.
/// </remarks>
public sealed class AdamW : Adam
{
    private float keep;

    /// <summary>Makes an optimiser with zero moments.</summary>
    /// <param name="parameters">What to optimise, each once.</param>
    /// <param name="learningRate">α, positive.</param>
    /// <param name="beta1">β₁, the decay of the mean gradient, in [0, 1).</param>
    /// <param name="beta2">β₂, the decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <param name="weightDecay">λ, at least 0; 0 makes it Adam.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">A parameter is null, or a duplicate.</exception>
    public AdamW(
        IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 1e-2)
        : this(learningRate, beta1, beta2, epsilon, weightDecay) => Bind(parameters);

    /// <summary>Makes an optimiser for a trainer, which gives it its parameters.</summary>
    /// <param name="learningRate">α, positive.</param>
    /// <param name="beta1">β₁, the decay of the mean gradient, in [0, 1).</param>
    /// <param name="beta2">β₂, the decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <param name="weightDecay">λ, at least 0; 0 makes it Adam.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public AdamW(
        double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 1e-2)
        : base(learningRate, beta1, beta2, epsilon)
    {
        if (!(weightDecay >= 0 && double.IsFinite(weightDecay)))
        {
            throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "weightDecay must be a number of at least 0.");
        }

        WeightDecay = weightDecay;
    }

    /// <summary>λ.</summary>
    public double WeightDecay { get; }

    /// <inheritdoc/>
    protected override void BeginStep()
    {
        base.BeginStep();
        keep = (float)(1 - (LearningRate * WeightDecay));
    }

    /// <inheritdoc/>
    protected override void Update(Chunk chunk)
    {
        TensorPrimitives.Multiply(chunk.Value, keep, chunk.Value);
        base.Update(chunk);
    }
}
