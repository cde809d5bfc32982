using MiniGan.Tensors;

namespace MiniGan.Onnx;

/// <summary>A tensor that flows through an <see cref="OnnxGraph"/>.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its shape for a batch of one, for example [1, C, H, W]; the file leaves the batch open.</param>
public readonly record struct OnnxValue(string Name, Shape Shape);
