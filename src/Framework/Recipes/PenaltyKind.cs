using MiniGan.Losses;

namespace MiniGan.Recipes;

/// <summary>What keeps the discriminator from growing steep.</summary>
public enum PenaltyKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><see cref="R1Penalty"/>, at real images: Mescheder, Geiger and Nowozin 2018.</summary>
    R1,

    /// <summary><see cref="WganGpPenalty"/>, between real and generated images: Gulrajani et al. 2017 (WGAN-GP).</summary>
    WganGp,
}
