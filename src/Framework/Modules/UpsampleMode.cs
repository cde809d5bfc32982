namespace MiniGan.Modules;

/// <summary>How <see cref="Upsample2D"/> makes the pixels between.</summary>
public enum UpsampleMode
{
    /// <summary>Each pixel becomes a block of its copies.</summary>
    Nearest,

    /// <summary>
    /// Each pixel is a weighted mean of the four nearest to it: PyTorch's <c>bilinear</c> with <c>align_corners=False</c>.
    /// </summary>
    Bilinear,
}
