namespace MiniGan.Runs.Reports;

/// <summary>A layer of a network, for those who only look.</summary>
/// <param name="Name">Its type.</param>
/// <param name="Detail">Its settings in words; empty if it has none.</param>
/// <param name="Output">The shape of what comes out, without the batch.</param>
/// <param name="Parameters">How many numbers it learns.</param>
internal sealed record LayerSummary(string Name, string Detail, int[] Output, long Parameters);
