using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>[N, C, H, W] → [N, C·H·W]: <see cref="Reshape"/> to a single dimension.</summary>
public sealed class Flatten() : Reshape(1)
{
    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) => new(x.N, x.C * x.H * x.W);
}
