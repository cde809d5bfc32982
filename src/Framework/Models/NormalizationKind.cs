using MiniGan.Modules;

namespace MiniGan.Models;

/// <summary>How the discriminator's layers are normalised.</summary>
public enum NormalizationKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary><see cref="BatchNorm2D"/> after the inner convolution: Radford, Metz and Chintala 2016.</summary>
    Batch,

    /// <summary><see cref="SpectralNorm"/> around each layer with weights: Miyato et al. 2018.</summary>
    Spectral,
}
