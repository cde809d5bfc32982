using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.PyTorch;

/// <summary>Writes a module as an expression in Python that makes the same of PyTorch's.</summary>
/// <typeparam name="T">The module's type.</typeparam>
/// <param name="module">The module.</param>
/// <param name="source">The file that it goes into.</param>
/// <param name="x">The shape of its input for a batch of one, [1, C, H, W]; afterwards that of its output.</param>
/// <returns>For example <c>nn.Linear(32, 64)</c>; the names of its state must be the module's.</returns>
public delegate string PyTorchTranslation<in T>(T module, PyTorchSource source, ref Shape x)
    where T : Module;
