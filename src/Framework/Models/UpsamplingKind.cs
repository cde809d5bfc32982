using MiniGan.Modules;

namespace MiniGan.Models;

/// <summary>How a generator makes its maps larger.</summary>
public enum UpsamplingKind
{
    /// <summary><see cref="ConvTranspose2D"/>: Radford, Metz and Chintala 2016.</summary>
    Transposed,

    /// <summary>
    /// <see cref="Upsample2D"/>, the nearest pixel, and a 3×3 convolution, whose taps reach all pixels alike, so that no checkerboard comes
    /// of it (Odena, Dumoulin and Olah 2016, "Deconvolution and checkerboard artifacts").
    /// </summary>
    Nearest,
}
