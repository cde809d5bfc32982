namespace MiniGan.TorchSharp.Networks;

/// <summary>How TorchSharp is to compute.</summary>
public sealed record TorchOptions
{
    /// <summary>Where: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether in float64, as a referee of two results in float32; the state stays float32.</summary>
    public bool IsDouble { get; init; }

    /// <summary>
    /// Whether activations overwrite what they follow where nothing else needs it, and G's step computes no gradients of D's parameters.
    /// It changes the time, not the result.
    /// </summary>
    public bool IsTuned { get; init; } = true;

    /// <summary>What modules of one's own are in TorchSharp's words; null if there are none.</summary>
    public TorchTranslations? Translations { get; init; }
}
