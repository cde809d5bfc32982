using MiniGan.Losses;
using static TorchSharp.torch.nn;

namespace MiniGan.TorchSharp.Training;

/// <summary>A mean over logits of a function of each.</summary>
/// <param name="onReal">D's, of real images.</param>
/// <param name="onFake">D's, of generated images.</param>
/// <param name="onGenerated">G's.</param>
/// <param name="score">What is shown of a logit.</param>
internal sealed class TorchPointwiseLoss(
    Func<TorchTensor, TorchTensor> onReal, Func<TorchTensor, TorchTensor> onFake, Func<TorchTensor, TorchTensor> onGenerated,
    Func<TorchTensor, TorchTensor>? score = null) : TorchLoss
{
    /// <summary>One of this library's losses; null for others.</summary>
    public static TorchPointwiseLoss? TryOf(PointwiseLoss loss) => loss switch
    {
        NonSaturatingLoss { RealTarget: var target } => new(
            z => CrossEntropy(z, target), z => CrossEntropy(z, 0), z => CrossEntropy(z, 1), z => z.sigmoid()),
        LeastSquaresLoss => new(z => (z - 1).square() / 2, z => z.square() / 2, z => (z - 1).square() / 2),
        HingeLoss => new(z => functional.relu(1 - z), z => functional.relu(1 + z), z => -z),
        WassersteinLoss => new(z => -z, z => z, z => -z),
        _ => null,
    };

    /// <summary>The mean of D's loss, of one kind of images or the other.</summary>
    public TorchTensor Mean(TorchTensor logits, bool isReal) => (isReal ? onReal : onFake)(logits).mean();

    public override Term Real(TorchTensor logits, TorchTensor? others) => Of(Mean(logits, isReal: true));

    public override Term Fake(TorchTensor logits, TorchTensor? others) => Of(Mean(logits, isReal: false));

    public override Term Generator(TorchTensor logits, TorchTensor? others) => Of(onGenerated(logits).mean());

    public override double Score(TorchTensor logits) => (score is null ? logits : score(logits)).mean().ToDouble();

    private static Term Of(TorchTensor mean) => new(mean.ToDouble(), mean);

    private static TorchTensor CrossEntropy(TorchTensor z, double target) =>
        functional.binary_cross_entropy_with_logits(z, torch.full_like(z, target), reduction: Reduction.None);
}
