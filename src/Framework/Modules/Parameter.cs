using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>A tensor that is learned, with its gradient.</summary>
/// <param name="name">Its name in the module, PyTorch's: <c>weight</c> or <c>bias</c>.</param>
/// <param name="shape">Its dimensions.</param>
public sealed class Parameter(string name, Shape shape)
{
    /// <summary>The name within its module.</summary>
    public string Name { get; } = name;

    /// <summary>The value; zeros until an initialiser or a checkpoint fills it.</summary>
    public Tensor Value { get; } = new(shape);

    /// <summary>∂loss/∂value: backward passes add to it, <see cref="Module.ZeroGradients"/> clears it.</summary>
    public Tensor Gradient { get; } = new(shape);
}
