namespace MiniGan.Recipes;

/// <summary>
/// A known recipe: a pair of networks for 28×28 grey images, a game, and the settings that suit them.
/// <see cref="Presets"/> has the figures.
/// </summary>
public enum Preset
{
    /// <summary>
    /// DCGAN (Radford, Metz and Chintala 2016), small: the generator goes from a latent vector through 7×7×2w and 14×14×w to 28×28 by two
    /// 4×4 transposed convolutions of stride 2; the discriminator is its mirror. LSGAN below has these networks, too; the others, but for
    /// the tutorial's, have a further layer in each (docs/decisions/0006-recipes.md).
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
}
