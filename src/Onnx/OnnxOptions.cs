namespace MiniGan.Onnx;

/// <summary>How networks become ONNX files.</summary>
public sealed record OnnxOptions
{
    /// <summary>Whether to take the generator's moving average, if there is one; else the generator as the last step left it.</summary>
    public bool Average { get; init; } = true;

    /// <summary>
    /// What the file is to tell beside what it tells anyway (<c>range</c>, <c>weights</c>, <c>labels</c>): for example a recipe.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>What modules of one's own are in ONNX's operations; null if there are none.</summary>
    public OnnxTranslations? Translations { get; init; }
}
