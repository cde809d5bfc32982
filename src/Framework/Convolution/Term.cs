namespace MiniGan.Convolution;

/// <summary>One term of a weighted sum: factor · what stands at the index.</summary>
/// <param name="Index">Which position or tap.</param>
/// <param name="Factor">Times what.</param>
internal readonly record struct Term(int Index, float Factor);
