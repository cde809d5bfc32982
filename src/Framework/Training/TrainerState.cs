using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>What a trainer remembers beside the networks: enough that a run goes on as if it had never stopped, bit for bit.</summary>
/// <param name="Tensors">The moments of both optimisers.</param>
/// <param name="Values">Numbers and random streams, as text.</param>
public sealed record TrainerState(IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Values);
