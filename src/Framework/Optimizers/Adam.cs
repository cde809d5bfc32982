using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Optimizers;

/// <summary>Adam with bias correction: Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1.</summary>
public sealed class Adam
{
    private const int FloatsPerChunk = 4096;

    private readonly Slot[] slots;
    private readonly Action<int> updateChunk;
    private Slot? current;
    private float stepSize, rootCorrection;

    /// <summary>Makes an optimiser with zero moments.</summary>
    /// <param name="parameters">What to optimise.</param>
    /// <param name="learningRate">α, positive.</param>
    /// <param name="beta1">β₁, the decay of the mean gradient, in [0, 1).</param>
    /// <param name="beta2">β₂, the decay of the mean squared gradient, in [0, 1).</param>
    /// <param name="epsilon">ε, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Require(beta1 is >= 0 and < 1, beta1, nameof(beta1), "in [0, 1)");
        Require(beta2 is >= 0 and < 1, beta2, nameof(beta2), "in [0, 1)");
        Require(epsilon > 0 && double.IsFinite(epsilon), epsilon, nameof(epsilon), "a positive number");
        (LearningRate, Beta1, Beta2, Epsilon) = (learningRate, beta1, beta2, epsilon);
        slots = [.. parameters.Select(parameter => new Slot(parameter, new Tensor(parameter.Value.Shape), new Tensor(parameter.Value.Shape)))];
        updateChunk = UpdateChunk;
    }

    /// <summary>α; may be changed between steps, for a schedule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a positive number.</exception>
    public double LearningRate
    {
        get;
        set
        {
            Require(value > 0 && double.IsFinite(value), value, "learningRate", "a positive number");
            field = value;
        }
    }

    /// <summary>β₁.</summary>
    public double Beta1 { get; }

    /// <summary>β₂.</summary>
    public double Beta2 { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>Steps taken: t of the paper.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// One step from the gradients as they stand (they are not cleared): m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
    /// θ ← θ − α / (1 − β₁ᵗ) · m / (√(v / (1 − β₂ᵗ)) + ε).
    /// </summary>
    public void Step()
    {
        Steps++;
        stepSize = (float)(LearningRate / (1 - Math.Pow(Beta1, Steps)));
        rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps)));
        foreach (Slot slot in slots)
        {
            current = slot;
            Parallelism.For((slot.Parameter.Value.Shape.Count + FloatsPerChunk - 1) / FloatsPerChunk, updateChunk);
        }
    }

    private void UpdateChunk(int chunk)
    {
        int start = chunk * FloatsPerChunk, length = Math.Min(FloatsPerChunk, current!.Parameter.Value.Shape.Count - start);
        Span<float> theta = current.Parameter.Value.Span.Slice(start, length);
        Span<float> m = current.FirstMoment.Span.Slice(start, length), v = current.SecondMoment.Span.Slice(start, length);
        ReadOnlySpan<float> g = current.Parameter.Gradient.Span.Slice(start, length);
        Span<float> scratch = stackalloc float[length];

        TensorPrimitives.Lerp(m, g, (float)(1 - Beta1), m);
        TensorPrimitives.Multiply(g, g, scratch);
        TensorPrimitives.Lerp(v, scratch, (float)(1 - Beta2), v);
        TensorPrimitives.Sqrt(v, scratch);
        TensorPrimitives.Multiply(scratch, rootCorrection, scratch);
        TensorPrimitives.Add(scratch, (float)Epsilon, scratch);
        TensorPrimitives.Divide(m, scratch, scratch);
        TensorPrimitives.MultiplyAdd(scratch, -stepSize, theta, theta);
    }

    private static void Require(bool holds, double value, string name, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}.");
        }
    }

    private sealed record Slot(Parameter Parameter, Tensor FirstMoment, Tensor SecondMoment);
}
