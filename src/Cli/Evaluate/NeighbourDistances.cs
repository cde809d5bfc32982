namespace MiniGan.Cli.Evaluate;

/// <summary>How far pictures are from the training image nearest to them: Euclidean distances.</summary>
/// <param name="Path">Where the picture of them is.</param>
/// <param name="Kind">Over the pixels in [−1, 1], or over the features.</param>
/// <param name="Samples">The mean over samples.</param>
/// <param name="Real">The mean over test images, which cannot be memorised; null if there are none.</param>
internal sealed record NeighbourDistances(string Path, NeighbourKind Kind, double Samples, double? Real);
