using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Optimizers;

/// <summary>
/// Moves parameters θ against their gradients g, one <see cref="Step"/> at a time. To go on exactly where a run ended, put back
/// <see cref="Steps"/> and the values of <see cref="State"/>.
/// </summary>
/// <remarks>The results are the same bits for any number of threads, and a step makes no garbage.</remarks>
public abstract class Optimizer
{
    private const int FloatsPerItem = 4096, FloatsPerChunk = 1024; // a chunk and its state stay in the first cache from pass to pass

    private readonly Action<int> updateItem;
    private readonly string[] stateNames;
    private Slot[]? slots;
    private Slot? current;

    /// <summary>Makes an optimiser that does not know its parameters yet: <see cref="Bind"/> gives it them.</summary>
    /// <param name="learningRate">The size of a step, positive.</param>
    /// <param name="stateNames">
    /// What it remembers of each parameter's gradients: a tensor of the parameter's shape per name, zero at first.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is not a positive number.</exception>
    protected Optimizer(double learningRate, params string[] stateNames)
    {
        ArgumentNullException.ThrowIfNull(stateNames);
        LearningRate = learningRate;
        this.stateNames = stateNames;
        updateItem = UpdateItem;
    }

    /// <summary>Gives the optimiser the parameters that it moves; a <c>GanTrainer</c> does that.</summary>
    /// <param name="parameters">What to optimise, each once.</param>
    /// <exception cref="ArgumentException">A parameter is null, or a duplicate.</exception>
    /// <exception cref="InvalidOperationException">It has parameters already: what it remembers belongs to them.</exception>
    public void Bind(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (slots is not null)
        {
            throw new InvalidOperationException($"This {GetType().Name} optimises other parameters already. Make one for each network.");
        }

        Slot[] bound = [.. parameters.Select(parameter => new Slot(
            parameter ?? throw new ArgumentException("No parameter may be null.", nameof(parameters)),
            [.. stateNames.Select(_ => new Tensor(parameter.Value.Shape))]))];
        if (bound.DistinctBy(slot => slot.Parameter).Count() < bound.Length)
        {
            throw new ArgumentException("Duplicate parameter: it would be moved twice per step. Give each once.", nameof(parameters));
        }

        slots = bound;
        State = [.. bound.SelectMany((slot, i) => slot.State.Select((tensor, s) => new NamedTensor($"{i}.{stateNames[s]}", tensor)))];
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

    /// <summary>
    /// What the optimiser remembers of the gradients: the tensors themselves, named by the place of the parameter and what they
    /// hold, for example <c>0.first_moment</c>.
    /// </summary>
    public IReadOnlyList<NamedTensor> State { get; private set; } = [];

    /// <summary>One step from the gradients as they are (they are not cleared); overwrites the values of the parameters.</summary>
    /// <exception cref="InvalidOperationException">It has no parameters yet.</exception>
    public void Step()
    {
        if (slots is null)
        {
            throw new InvalidOperationException(
                $"This {GetType().Name} has no parameters yet. Give it some by Bind, or hand it to a trainer.");
        }

        Steps++;
        BeginStep();
        foreach (Slot slot in slots)
        {
            current = slot;
            Parallelism.For((slot.Parameter.Value.Shape.Count + FloatsPerItem - 1) / FloatsPerItem, updateItem);
        }
    }

    /// <summary>Computes what is the same for all elements of this step; <see cref="Steps"/> counts it already.</summary>
    protected virtual void BeginStep()
    {
    }

    /// <summary>
    /// Updates some elements of a parameter and of its state, each from what is at the same place. Called by several
    /// threads at once, for elements of their own.
    /// </summary>
    /// <param name="chunk">The elements.</param>
    protected abstract void Update(Chunk chunk);

    /// <summary>Requires a decay rate in [0, 1).</summary>
    /// <param name="value">The rate.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not in [0, 1).</exception>
    protected static void RequireDecay(double value, string name)
    {
        if (!(value is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be in [0, 1).");
        }
    }

    /// <summary>Requires a positive, finite number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    protected static void RequirePositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be a positive number.");
        }
    }

    private void UpdateItem(int item)
    {
        int end = Math.Min((item + 1) * FloatsPerItem, current!.Parameter.Value.Shape.Count);
        for (int start = item * FloatsPerItem; start < end; start += FloatsPerChunk)
        {
            Update(new Chunk(current, start, Math.Min(FloatsPerChunk, end - start)));
        }
    }

    /// <summary>Some elements of a parameter: at most 1,024, few enough for a scratch on the stack.</summary>
    protected readonly ref struct Chunk
    {
        private readonly Slot slot;
        private readonly int start;

        internal Chunk(Slot slot, int start, int length) => (this.slot, this.start, Length) = (slot, start, length);

        /// <summary>Their number.</summary>
        public int Length { get; }

        /// <summary>θ.</summary>
        public Span<float> Value => slot.Parameter.Value.Span.Slice(start, Length);

        /// <summary>g.</summary>
        public ReadOnlySpan<float> Gradient => slot.Parameter.Gradient.Span.Slice(start, Length);

        /// <summary>What is remembered under one of the names.</summary>
        /// <param name="name">The place of the name among those given to the constructor.</param>
        public Span<float> State(int name) => slot.State[name].Span.Slice(start, Length);
    }

    /// <summary>A parameter with what is remembered of its gradients.</summary>
    internal sealed record Slot(Parameter Parameter, Tensor[] State);
}
