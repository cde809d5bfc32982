using MiniGan.Checkpoints;
using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>
/// The exponential moving average of a network's state over its steps of training: ā ← d · ā + (1 − d) · a. Games circle around their
/// solution; the average lies nearer to it (Yazıcı et al. 2019, "The unusual effectiveness of averaging in GAN training", equation 5).
/// </summary>
/// <remarks>
/// All of the state is averaged, running statistics too. At first d is smaller, (1 + t) / (10 + t) at step t, so that the first weights,
/// which know nothing, are soon forgotten.
/// </remarks>
public sealed class MovingAverage
{
    private readonly IReadOnlyList<NamedTensor> source;
    private readonly bool[] isCounter;
    private readonly ElementChunks move;

    private int current;
    private float rate;

    /// <summary>Makes the average of a network, which begins as the network is at <see cref="Begin"/>.</summary>
    /// <param name="network">The network that is trained.</param>
    /// <param name="decay">d, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is outside [0, 1).</exception>
    public MovingAverage(Module network, double decay)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!(decay is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay must be at least 0 and less than 1.");
        }

        (source, Decay) = (network.State, decay);
        move = new(some =>
        {
            Span<float> average = State![current].Value.Span[some];
            TensorPrimitives.Lerp(average, source[current].Value.Span[some], rate, average);
        });
        isCounter = [.. source.Select(tensor => SafetensorsHeader.IsBatchCounter(tensor.Name))];
        State = [.. source.Select(tensor =>
            tensor with { Value = Tensor.Deferred(tensor.Value.Shape, average => tensor.Value.Span.CopyTo(average.Span)) })];
    }

    /// <summary>d.</summary>
    public double Decay { get; internal set; }

    /// <summary>The averages, under the names of the network's state.</summary>
    public IReadOnlyList<NamedTensor> State { get; }

    /// <summary>Steps taken: t; set to go on where an earlier average was.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
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
    /// Takes the network's state as it is now, unless the averages have been used before. A trainer does so before its first step.
    /// </summary>
    public void Begin()
    {
        foreach (NamedTensor average in State)
        {
            _ = average.Value.Span;
        }
    }

    /// <summary>Moves the averages towards the network as it is now.</summary>
    public void Update()
    {
        rate = NextRate();
        for (current = 0; current < source.Count; current++)
        {
            if (isCounter[current])
            {
                source[current].Value.Span.CopyTo(State[current].Value.Span);
            }
            else
            {
                move.Run(source[current].Value.Shape.Count);
            }
        }
    }

    /// <summary>Counts a step, and says how far it goes: 1 − d.</summary>
    internal float NextRate()
    {
        Steps++;
        return (float)(1 - Math.Min(Decay, (1.0 + Steps) / (10 + Steps)));
    }

    /// <summary>Exchanges the averages with the network's own state; twice puts both back.</summary>
    internal void Swap()
    {
        for (int i = 0; i < source.Count; i++)
        {
            Span<float> average = State[i].Value.Span, own = source[i].Value.Span;
            for (int j = 0; j < own.Length; j++)
            {
                (own[j], average[j]) = (average[j], own[j]);
            }
        }
    }
}
