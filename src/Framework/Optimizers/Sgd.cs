using MiniGan.Modules;

namespace MiniGan.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum: Polyak 1964, "Some methods of speeding up the convergence of iteration methods", as Sutskever
/// et al. 2013 brought it to networks. A step is b ← μb + g; θ ← θ − η · b; without momentum, θ ← θ − η · g.
/// </summary>
/// <remarks>
/// As PyTorch's <c>SGD</c>: η multiplies the whole velocity, so that a new rate changes the way of older gradients, too. Its state:
/// <c>momentum</c>, b, zero at first; none if μ is 0.
/// </remarks>
public sealed class Sgd : Optimizer
{
    /// <summary>Makes an optimiser at rest.</summary>
    /// <param name="parameters">What to optimise, each once.</param>
    /// <param name="learningRate">η, positive.</param>
    /// <param name="momentum">μ, the decay of the velocity, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">A parameter is null, or a duplicate.</exception>
    public Sgd(IEnumerable<Parameter> parameters, double learningRate = 1e-2, double momentum = 0)
        : this(learningRate, momentum) => Bind(parameters);

    /// <summary>Makes an optimiser for a trainer, which gives it its parameters.</summary>
    /// <param name="learningRate">η, positive.</param>
    /// <param name="momentum">μ, the decay of the velocity, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Sgd(double learningRate = 1e-2, double momentum = 0)
        : base(learningRate, momentum == 0 ? [] : ["momentum"])
    {
        RequireDecay(momentum, nameof(momentum));
        Momentum = momentum;
    }

    /// <summary>μ.</summary>
    public double Momentum { get; }

    /// <inheritdoc/>
    protected override void Update(Chunk chunk)
    {
        if (Momentum == 0)
        {
            TensorPrimitives.MultiplyAdd(chunk.Gradient, -(float)LearningRate, chunk.Value, chunk.Value);
            return;
        }

        Span<float> b = chunk.State(0);
        TensorPrimitives.MultiplyAdd(b, (float)Momentum, chunk.Gradient, b);
        TensorPrimitives.MultiplyAdd(b, -(float)LearningRate, chunk.Value, chunk.Value);
    }
}
