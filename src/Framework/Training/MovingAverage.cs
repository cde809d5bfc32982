using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>
/// The exponential moving average of a network's state over its steps of training: ā ← d · ā + (1 − d) · a. Games circle around their solution; the average lies nearer to it (Yazıcı et al. 2019,
/// "The unusual effectiveness of averaging in GAN training", equation 5).
/// </summary>
/// <remarks>All of the state is averaged, running statistics too. At first d is smaller, (1 + t) / (10 + t) at step t, so that the first weights, which know nothing, are soon forgotten.</remarks>
public sealed class MovingAverage
{
    private readonly IReadOnlyList<NamedTensor> source, target;
    private readonly double decay;

    /// <summary>Makes the average of a network, which begins as the target is.</summary>
    /// <param name="source">The network that is trained.</param>
    /// <param name="target">A network of the same layers, which takes the averages.</param>
    /// <param name="decay">d, in [0, 1).</param>
    /// <exception cref="ArgumentException">The networks differ in their state.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The decay is outside [0, 1).</exception>
    public MovingAverage(Module source, Module target, double decay)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (!(decay is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay must be at least 0 and less than 1.");
        }

        (this.source, this.target, this.decay) = (source.State, target.State, decay);
        if (!this.source.Select(Signature).SequenceEqual(this.target.Select(Signature)))
        {
            throw new ArgumentException("The average of a network goes into a network of the same layers, but these differ.", nameof(target));
        }

        static (string Name, Shape Shape) Signature(NamedTensor tensor) => (tensor.Name, tensor.Value.Shape);
    }

    /// <summary>Steps taken: t; set to go on where an earlier average stood.</summary>
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

    /// <summary>Moves the averages towards the network as it is now.</summary>
    public void Update()
    {
        Steps++;
        float rate = (float)(1 - Math.Min(decay, (1.0 + Steps) / (10 + Steps)));
        for (int i = 0; i < source.Count; i++)
        {
            Span<float> average = target[i].Value.Span;
            TensorPrimitives.Lerp(average, source[i].Value.Span, rate, average);
        }
    }
}
