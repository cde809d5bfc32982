namespace MiniGan.Recipes;

/// <summary>
/// A known recipe: a pair of networks for images of any size from 8×8, a game, and the settings that suit them.
/// <see cref="Presets"/> has the figures.
/// </summary>
public enum Preset
{
    /// <summary>
    /// DCGAN (Radford, Metz and Chintala 2016), small: for 28×28 the generator goes from a latent vector through 7×7×2w and 14×14×w by two
    /// 4×4 transposed convolutions of stride 2, for larger images by more; the discriminator is its mirror. LSGAN below has these networks,
    /// too; the others, but for the tutorial's and the residual ones, have a further layer in each (docs/decisions/0006-recipes.md).
    /// </summary>
    Dcgan,

    /// <summary>
    /// The networks of TensorFlow's tutorial "Deep Convolutional Generative Adversarial Network", Keras <c>same</c> padding and all.
    /// </summary>
    TfTutorial,

    /// <summary>LSGAN (Mao et al. 2017): least squares instead of cross-entropy.</summary>
    Lsgan,

    /// <summary>WGAN-GP (Gulrajani et al. 2017): a critic of bounded slope, which plays five times as often as the generator.</summary>
    WganGp,

    /// <summary>SNGAN (Miyato et al. 2018): spectral normalisation, hinge loss.</summary>
    Sngan,

    /// <summary>R1 (Mescheder, Geiger and Nowozin 2018): the gradient of the discriminator at real images is kept small.</summary>
    R1,

    /// <summary>
    /// R1 with labels: the generator is told which digit to make, the discriminator which one to judge (Mirza and Osindero 2014; Mescheder,
    /// Geiger and Nowozin 2018, appendix D).
    /// </summary>
    Conditional,

    /// <summary>
    /// The residual networks of SNGAN (Miyato et al. 2018, appendix B.4), small, with hinge loss; slower than the others at the same width,
    /// and meant for colour and larger images.
    /// </summary>
    Residual,
}
