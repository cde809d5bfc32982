using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Optimizers;

/// <summary>
/// Moves parameters θ against their gradients g, one <see cref="Step"/> at a time. To go on exactly where a run ended, put back <see cref="Steps"/> and the values of <see cref="State"/>.
/// </summary>
/// <remarks>The results are the same bits for any number of threads, and a step makes no garbage.</remarks>
public abstract class Optimizer
{
    private const int FloatsPerChunk = 4096;

    private readonly Slot[] slots;
    private readonly Action<int> updateChunk;
    private Slot? current;

    /// <summary>Makes an optimiser whose state is zero.</summary>
    private protected Optimizer(IEnumerable<Parameter> parameters, double learningRate, params string[] stateNames)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        LearningRate = learningRate;
        slots = [.. parameters.Select(parameter => new Slot(
            parameter ?? throw new ArgumentException("No parameter may be null.", nameof(parameters)), [.. stateNames.Select(_ => new Tensor(parameter.Value.Shape))]))];
        if (slots.DistinctBy(slot => slot.Parameter).Count() < slots.Length)
        {
            throw new ArgumentException("A parameter stands there twice: each would be moved twice a step. Give each once.", nameof(parameters));
        }

        State = [.. slots.SelectMany((slot, i) => slot.State.Select((tensor, s) => new NamedTensor($"{i}.{stateNames[s]}", tensor)))];
        updateChunk = UpdateChunk;
    }

    /// <summary>The size of a step; may be changed between steps, for a schedule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a positive number.</exception>
    public double LearningRate
    {
        get;
        set
        {
            RequirePositive(value, "learningRate");
            field = value;
        }
    }

    /// <summary>Steps taken: t of the papers. To be set only to resume a run, together with the values of <see cref="State"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Steps
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>What the optimiser remembers of the gradients: the tensors themselves, named by the place of the parameter and what they hold, for example <c>0.first_moment</c>.</summary>
    public IReadOnlyList<NamedTensor> State { get; }

    /// <summary>One step from the gradients as they stand (they are not cleared); overwrites the values of the parameters.</summary>
    public void Step()
    {
        Steps++;
        BeginStep();
        foreach (Slot slot in slots)
        {
            current = slot;
            Parallelism.For((slot.Parameter.Value.Shape.Count + FloatsPerChunk - 1) / FloatsPerChunk, updateChunk);
        }
    }

    /// <summary>Computes what is the same for all elements of this step; <see cref="Steps"/> counts it already.</summary>
    private protected virtual void BeginStep()
    {
    }

    /// <summary>Updates some elements of a parameter and of its state, each from what stands at the same place. Called by several threads at once, for elements of their own.</summary>
    private protected abstract void Update(Chunk chunk);

    private protected static void RequireDecay(double value, string name)
    {
        if (!(value is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be in [0, 1).");
        }
    }

    private protected static void RequirePositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be a positive number.");
        }
    }

    private void UpdateChunk(int chunk)
    {
        int start = chunk * FloatsPerChunk;
        Update(new Chunk(current!, start, Math.Min(FloatsPerChunk, current!.Parameter.Value.Shape.Count - start)));
    }

    /// <summary>Some elements: at most <see cref="FloatsPerChunk"/>, few enough for a scratch on the stack.</summary>
    private protected readonly ref struct Chunk(Slot slot, int start, int length)
    {
        /// <summary>Their number.</summary>
        public int Length => length;

        /// <summary>θ.</summary>
        public Span<float> Value => slot.Parameter.Value.Span.Slice(start, length);

        /// <summary>g.</summary>
        public ReadOnlySpan<float> Gradient => slot.Parameter.Gradient.Span.Slice(start, length);

        /// <summary>What is remembered under one of the names.</summary>
        /// <param name="name">The place of the name among those given to the constructor.</param>
        public Span<float> State(int name) => slot.State[name].Span.Slice(start, length);
    }

    /// <summary>A parameter with what is remembered of its gradients.</summary>
    private protected sealed record Slot(Parameter Parameter, Tensor[] State);
}
