namespace MiniGan.Training;

/// <summary>A training that has left the finite numbers, and cannot go on.</summary>
/// <param name="step">The step that failed, counted from 1.</param>
/// <param name="what">What was not finite.</param>
/// <param name="place">Where that began: a layer, or a gradient.</param>
public sealed class DivergedException(long step, string what, string place) : Exception(
    $"Step {step}: the {what} is not a finite number. It begins in {place}. A smaller learning rate or another penalty " +
    "may keep the game stable.")
{
    /// <summary>The step that failed, counted from 1.</summary>
    public long Step { get; } = step;

    /// <summary>The layer, or the gradient, where it began, with its network.</summary>
    public string Place { get; } = place;
}
