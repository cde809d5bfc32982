using MiniGan.Losses;
using MiniGan.Tensors;

namespace MiniGan.TorchSharp.Training;

/// <summary>A loss that nobody has translated: its author's value and derivative by the logits, which are few.</summary>
/// <param name="loss">The loss.</param>
internal sealed class ManagedLoss(AdversarialLoss loss) : TorchLoss
{
    public override Term Real(TorchTensor logits, TorchTensor? others) => Of(loss.Real, logits, others);

    public override Term Fake(TorchTensor logits, TorchTensor? others) => Of(loss.Fake, logits, others);

    public override Term Generator(TorchTensor logits, TorchTensor? others) => Of(loss.Generator, logits, others);

    public override double Score(TorchTensor logits) => loss.Score(Copy(logits));

    private static Tensor Copy(TorchTensor logits) => logits.to(torch.ScalarType.Float32).ToMiniGan();

    /// <summary>Σ z · dz has the derivative dz by the logits.</summary>
    private Term Of(Func<Tensor, double> mean, TorchTensor logits, TorchTensor? others)
    {
        if (others is not null)
        {
            loss.Against(Copy(others));
        }

        double value = mean(Copy(logits));
        TorchTensor derivative = loss.Backward().ToTorch().to(logits.dtype, logits.device);
        return new(value, (logits * derivative).sum());
    }
}
