using MiniGan.Losses;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.TorchSharp.Training;

/// <summary>A gradient penalty on TorchSharp: the gradient of D by an image, differentiated once more by autograd.</summary>
internal static class TorchPenalty
{
    /// <summary>Whether a penalty is taken at such points in this step.</summary>
    public static bool IsDue(this PenaltyTerm term, PenaltyPoint point, long steps) =>
        term.Penalty.Point == point && steps % term.Penalty.Interval == 0;

    /// <summary>Adds the penalty's gradient to those of D's parameters, and tells its value.</summary>
    /// <param name="term">The penalty.</param>
    /// <param name="images">x: [N, C, H, W], which the outputs depend on.</param>
    /// <param name="outputs">D(x): [N / packing, outputs], the logit first.</param>
    public static void Accumulate(this PenaltyTerm term, TorchTensor images, TorchTensor outputs)
    {
        GradientPenalty penalty = term.Penalty;
        int packs = checked((int)outputs.shape[0]);
        TorchTensor g = torch.autograd.grad(
            [outputs.narrow(1, 0, 1).sum()], [images], null, retain_graph: true, create_graph: true)[0];
        if (Of(penalty, g.reshape(packs, -1)) is TorchTensor values)
        {
            TorchTensor mean = values.mean() * penalty.Weight;
            term.Last = mean.ToDouble();
            (mean * penalty.Interval).backward();
            return;
        }

        // One's own: its author's ∂P/∂g, with which Σ g · ∂P/∂g has the penalty's derivative by D's parameters.
        term.Last = penalty.Evaluate(
            g.to(torch.ScalarType.Float32).ToMiniGan(), out Tensor adjoint, checked((int)images.shape[0]) / packs, penalty.Interval);
        (g * adjoint.ToTorch().to(g.dtype, g.device)).sum().backward();
    }

    /// <summary>p(|g|) of each row; null of a penalty that nobody has translated.</summary>
    private static TorchTensor? Of(GradientPenalty penalty, TorchTensor g) => penalty switch
    {
        R1Penalty or R2Penalty => g.square().sum(1) / 2,
        WganGpPenalty or DraganPenalty => (g.norm(1, keepdim: false, p: 2) - 1).square(),
        _ => null,
    };
}
