using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// A batch normalisation and the rectifier behind it in one pass over the images each way: both are bound by memory. The bits are those of
/// the two one by one.
/// </summary>
internal sealed class RectifiedBatchNorm(BatchNorm2D normalization, float slope) : Module
{
    internal override bool ForgetsResults => true;

    internal override bool LendsResult
    {
        get => normalization.LendsResult;
        set => normalization.LendsResult = value;
    }

    public override Tensor Forward(Tensor x) => normalization.Forward(x, slope);

    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => normalization.Backward(dy, wanted, slope);

    /// <summary>What users know it as.</summary>
    public override string ToString() => normalization.ToString();

    public override Tensor DoubleBackward(Tensor ddx) => normalization.DoubleBackward(ddx);
}
