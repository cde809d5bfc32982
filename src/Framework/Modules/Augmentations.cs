namespace MiniGan.Modules;

/// <summary>What <see cref="DiffAugment"/> does to images, in this order; several may be joined.</summary>
[Flags]
public enum Augmentations
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Other brightness, saturation and contrast.</summary>
    Color = 1,

    /// <summary>A shift by up to an eighth of the size each way.</summary>
    Translation = 2,

    /// <summary>A rectangle of half the height and width set to 0.</summary>
    Cutout = 4,
}
