using MiniGan.Recipes;

namespace MiniGan.PyTorch;

/// <summary>How networks are written for PyTorch.</summary>
public sealed record PyTorchOptions
{
    /// <summary>Training steps taken before.</summary>
    public long Step { get; init; }

    /// <summary>
    /// The recipe of the networks, which the checkpoint is to keep, and <c>train.py</c> to follow; null if there is none.
    /// </summary>
    public Recipe? Recipe { get; init; }

    /// <summary>How modules of one's own are written; null if there are none.</summary>
    public PyTorchTranslations? Translations { get; init; }
}
