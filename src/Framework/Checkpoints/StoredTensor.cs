using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>A tensor as a safetensors file holds it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Type">The type of its elements in the file; they are read as float32.</param>
/// <param name="Bytes">Bytes of it in the file.</param>
internal readonly record struct StoredTensor(string Name, Shape Shape, StoredType Type, long Bytes);
