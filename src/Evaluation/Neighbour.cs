namespace MiniGan.Evaluation;

/// <summary>A vector near another.</summary>
/// <param name="Index">Which: its row.</param>
/// <param name="Distance">The Euclidean distance, in the unit of the vectors.</param>
public readonly record struct Neighbour(int Index, double Distance);
