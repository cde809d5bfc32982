namespace MiniGan.Cli.Evaluate;

/// <summary>What neighbours are near in.</summary>
internal enum NeighbourKind
{
    /// <summary>All pixels, each from −1 to 1.</summary>
    Pixels,

    /// <summary>The features that the figures are computed in.</summary>
    Features,
}
