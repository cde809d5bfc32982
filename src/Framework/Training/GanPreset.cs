namespace MiniGan.Training;

/// <summary>A pair of networks for 28×28 grey images, with the settings that suit them.</summary>
public enum GanPreset
{
    /// <summary>
    /// DCGAN (Radford, Metz and Chintala 2016), small: the generator goes from a latent vector through 7×7×2w and 14×14×w to 28×28 by two 4×4 transposed
    /// convolutions of stride 2; the discriminator is its mirror.
    /// </summary>
    Dcgan,

    /// <summary>The networks of TensorFlow's tutorial "Deep Convolutional Generative Adversarial Network", Keras <c>same</c> padding and all.</summary>
    TfTutorial,
}
