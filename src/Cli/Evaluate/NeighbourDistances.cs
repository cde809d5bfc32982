namespace MiniGan.Cli.Evaluate;

/// <summary>How far pictures are from the training image nearest to them: Euclidean distances over the 784 pixels in [−1, 1].</summary>
/// <param name="Path">Where the picture of them is.</param>
/// <param name="Samples">The mean over samples.</param>
/// <param name="Real">The mean over test images, which cannot be memorised; null if there are none.</param>
internal sealed record NeighbourDistances(string Path, double Samples, double? Real);
