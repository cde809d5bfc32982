using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>The contents of a safetensors file: named float32 tensors and metadata.</summary>
/// <param name="Tensors">The tensors in the order of their data.</param>
/// <param name="Metadata">Pairs of strings.</param>
public sealed record SafetensorsFile(IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
