using MiniGan.Checkpoints;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Networks;
using MiniGan.Training;

namespace MiniGan.TorchSharp.Training;

/// <summary>The moving average of the generator's state on TorchSharp; decay and steps are those of this library's.</summary>
internal sealed class TorchAverage : IDisposable
{
    private readonly MovingAverage ours;
    private readonly (Tensor Ours, TorchTensor Theirs, TorchTensor Source, bool IsCounter)[] averages;

    /// <summary>Makes room; <see cref="Read"/> fills it.</summary>
    public TorchAverage(MovingAverage ours, TorchNetwork generator)
    {
        this.ours = ours;
        averages = [.. ours.State.Zip(generator.State, (average, source) => (
            average.Value, torch.empty_like(source.detach()).DetachFromDisposeScope(), source,
            SafetensorsHeader.IsBatchCounter(average.Name)))];
    }

    /// <summary>Moves the averages towards the generator as it is now.</summary>
    public void Update()
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        double rate = ours.NextRate();
        foreach ((Tensor _, TorchTensor average, TorchTensor source, bool isCounter) in averages)
        {
            if (isCounter)
            {
                average.copy_(source);
            }
            else
            {
                average.lerp_(source, torch.tensor(rate, average.dtype, average.device));
            }
        }
    }

    /// <summary>Goes on from this library's averages.</summary>
    public void Read()
    {
        foreach ((Tensor own, TorchTensor average, _, _) in averages)
        {
            own.CopyTo(average);
        }
    }

    /// <summary>Hands its averages to this library's.</summary>
    public void Write()
    {
        foreach ((Tensor own, TorchTensor average, _, _) in averages)
        {
            average.CopyTo(own);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, TorchTensor average, _, _) in averages)
        {
            average.Dispose();
        }
    }
}
