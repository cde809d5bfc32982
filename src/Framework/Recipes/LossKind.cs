using MiniGan.Losses;

namespace MiniGan.Recipes;

/// <summary>What discriminator and generator minimise.</summary>
public enum LossKind
{
    /// <summary><see cref="NonSaturatingLoss"/>: binary cross-entropy, Goodfellow et al. 2014.</summary>
    NonSaturating,

    /// <summary><see cref="LeastSquaresLoss"/>: Mao et al. 2017.</summary>
    LeastSquares,

    /// <summary><see cref="HingeLoss"/>: Lim and Ye 2017.</summary>
    Hinge,

    /// <summary><see cref="WassersteinLoss"/>: Arjovsky, Chintala and Bottou 2017; needs a penalty or spectral normalisation.</summary>
    Wasserstein,
}
