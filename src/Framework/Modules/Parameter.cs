using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A tensor that is learned, with its gradient. The memory of both is allocated when they are first used.</summary>
/// <param name="name">Its name in the module, PyTorch's: <c>weight</c> or <c>bias</c>.</param>
/// <param name="shape">Its dimensions.</param>
/// <param name="initialize">Fills the value, zeros before, when it is first used; zeros unless given.</param>
public sealed class Parameter(string name, Shape shape, Action<Tensor>? initialize = null)
{
    /// <summary>The name within its module.</summary>
    public string Name { get; } = name;

    /// <summary>The value.</summary>
    public Tensor Value { get; } = Tensor.Deferred(shape, initialize);

    /// <summary>∂loss/∂value: backward passes add to it, <see cref="Module.ZeroGradients"/> clears it.</summary>
    public Tensor Gradient { get; } = Tensor.Deferred(shape);
}
