using MiniGan.Modules;

namespace MiniGan.Training;

/// <summary>How the discriminator's layers are normalised.</summary>
public enum NormalizationKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary><see cref="BatchNorm2D"/> behind the inner convolution: Radford, Metz and Chintala 2016.</summary>
    Batch,

    /// <summary><see cref="SpectralNorm"/> around each layer with weights: Miyato et al. 2018.</summary>
    Spectral,
}
