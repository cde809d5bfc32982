using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Models;

/// <summary>
/// The networks of TensorFlow's tutorial "Deep convolutional generative adversarial network" (tensorflow.org), which are much
/// larger than DCGAN's for such images.
/// </summary>
/// <param name="Image">The shape of the images; H and W are multiples of 4.</param>
public sealed record TfTutorial(ImageShape Image)
{
    /// <summary>Feature maps of the layer next to the image.</summary>
    public const int Width = 64;

    private static readonly ConvolutionWindow Halving = new(kernel: 5, stride: 2, Padding.Same),
        Keeping = new(kernel: 5, stride: 1, Padding.Same);

    /// <summary>Elements of a latent vector, at least 1.</summary>
    public int LatentSize { get; init; } = 100;

    /// <summary>Classes that labels tell apart; 0 for networks that know no labels.</summary>
    public int Classes { get; init; }

    /// <summary>Images that D judges together (Lin et al. 2018, "PacGAN"), at least 1.</summary>
    public int Packing { get; init; } = 1;

    /// <summary>Builds the networks and fills them with the first weights of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">The image's height or width is not a multiple of 4.</exception>
    public Gan Build(ulong seed)
    {
        Gan gan = BuildUnfilled(seed);
        Initializers.GlorotUniform(gan.Generator, new RandomSource(seed, "generator weights"));
        Initializers.GlorotUniform(gan.Discriminator, new RandomSource(seed, "discriminator weights"));
        return gan;
    }

    /// <summary>Builds the networks without filling them, which would take memory: for weights that are in a file.</summary>
    internal Gan BuildUnfilled(ulong seed)
    {
        if (Image.Height < 4 || Image.Width < 4 || Image.Height % 4 != 0 || Image.Width % 4 != 0)
        {
            throw new ArgumentException(
                $"These networks halve the image twice, so its height and width must be multiples of 4, but the images are {Image}.");
        }

        return new Gan(Generator(), Discriminator(seed), LatentSize, Classes, Image);
    }

    private Sequential Generator()
    {
        // Keras's defaults: ε = 1e-3, momentum 0.99 (the weight of the old statistics), LeakyReLU 0.3.
        static BatchNorm2D Normalize(int channels) => new(channels, epsilon: 1e-3, momentum: 0.01);
        int height = Image.Height / 4, width = Image.Width / 4, features = 256 * height * width;
        return
        [
            .. Classes > 0 ? [new ConcatOneHot(Classes)] : Array.Empty<Module>(),
            new Linear(LatentSize + Classes, features, bias: false),
            new Reshape(features, 1, 1),
            Normalize(features),
            new LeakyReLU(0.3f),
            new Reshape(256, height, width),
            new ConvTranspose2D(256, 128, Keeping, bias: false), // → [128, H/4, W/4]
            Normalize(128),
            new LeakyReLU(0.3f),
            new ConvTranspose2D(128, 64, Halving, bias: false), // → [64, H/2, W/2]
            Normalize(64),
            new LeakyReLU(0.3f),
            new ConvTranspose2D(64, Image.Channels, Halving, bias: false), // → [C, H, W]
            new Tanh(),
        ];
    }

    private Sequential Discriminator(ulong seed) =>
    [
        .. Packing > 1 ? [new Pack(Packing)] : Array.Empty<Module>(),
        new Conv2D(Packing * Image.Channels, 64, Halving), // → [64, H/2, W/2]
        new LeakyReLU(0.3f),
        new Dropout(0.3, new RandomSource(seed, "dropout 1")),
        new Conv2D(64, 128, Halving), // → [128, H/4, W/4]
        new LeakyReLU(0.3f),
        new Dropout(0.3, new RandomSource(seed, "dropout 2")),
        new Flatten(),
        new Linear(128 * (Image.Height / 4) * (Image.Width / 4), Math.Max(1, Classes)),
        .. Classes > 0 ? [new ClassLogit(Classes)] : Array.Empty<Module>(),
    ];
}
