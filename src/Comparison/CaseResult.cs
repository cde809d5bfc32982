namespace MiniGan.Comparison;

/// <summary>How a custom layer compares with the built-in one on one case.</summary>
/// <param name="Name">The case.</param>
/// <param name="Layer"><c>Conv2D</c> or <c>ConvTranspose2D</c>.</param>
/// <param name="Configuration">The settings, in a line.</param>
/// <param name="Differences">max |Δ| of y, dx, dW and db, as far as they were recorded; empty for a refusal.</param>
/// <param name="Failure">Null if they agree; else the first disagreement.</param>
public sealed record CaseResult(
    string Name, string Layer, string Configuration, IReadOnlyDictionary<string, double> Differences, string? Failure)
{
    /// <summary>Whether they agree.</summary>
    public bool Passed => Failure is null;
}
