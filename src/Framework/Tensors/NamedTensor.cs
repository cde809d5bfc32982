namespace MiniGan.Tensors;

/// <summary>
/// A tensor of a module's state with the name that PyTorch's <c>state_dict</c> would give it, for example <c>3.running_mean</c>.
/// </summary>
/// <param name="Name">The path of modules and the name within the last, joined by dots.</param>
/// <param name="Value">The tensor itself, not a copy.</param>
public readonly record struct NamedTensor(string Name, Tensor Value);
